using System.Text.Json;

namespace CustomerTrack.Dimensions;

/// <summary>A JSON object of a definition: typed access to its members, with errors that name the path.</summary>
internal readonly struct DefinitionObject
{
    private readonly JsonElement _element;
    private readonly DefinitionErrors _errors;

    private DefinitionObject(JsonElement element, string path, DefinitionErrors errors)
    {
        _element = element;
        _errors = errors;
        Path = path;
    }

    public string Path { get; }

    /// <summary>Opens an object and reports the members that are not in <paramref name="allowed"/>.</summary>
    public static DefinitionObject? Open(JsonElement element, string path, DefinitionErrors errors, IReadOnlyList<string> allowed)
    {
        if (element.ValueKind != JsonValueKind.Object)
        {
            errors.Add(path, $"{Describe(element)} found, expected an object with: {string.Join(", ", allowed)}");
            return null;
        }

        foreach (var member in element.EnumerateObject())
        {
            if (!allowed.Contains(member.Name))
            {
                errors.Add($"{path}.{member.Name}", $"unknown member; allowed: {string.Join(", ", allowed)}");
            }
        }

        return new(element, path, errors);
    }

    public static string Describe(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.String => $"'{element.GetString()}'",
        JsonValueKind.Object => "an object",
        JsonValueKind.Array => "an array",
        JsonValueKind.Undefined => "nothing",
        _ => element.GetRawText(),
    };

    public string At(string member) => $"{Path}.{member}";

    public bool Has(string member) => _element.TryGetProperty(member, out _);

    /// <summary>The member; null where it is missing or JSON null.</summary>
    public JsonElement? Get(string member) =>
        _element.TryGetProperty(member, out var value) && value.ValueKind != JsonValueKind.Null ? value : null;

    public void Error(string member, string message) => _errors.Add(At(member), message);

    /// <summary>A non-empty text; null where the member is missing, null or wrong (then an error was added).</summary>
    public string? Text(string member, string expected)
    {
        if (Get(member) is not { } value)
        {
            return null;
        }

        if (value.ValueKind == JsonValueKind.String && value.GetString() is { Length: > 0 } text)
        {
            return text;
        }

        Error(member, $"{Describe(value)} found, expected {expected}");
        return null;
    }

    public string? RequiredText(string member, string expected)
    {
        if (Get(member) is null)
        {
            Error(member, $"missing, expected {expected}");
        }

        return Text(member, expected);
    }

    /// <summary>One of a few words; <paramref name="otherwise"/> where the member is missing.</summary>
    public string OneOf(string member, string otherwise, params ReadOnlySpan<string> allowed)
    {
        var list = string.Join(" or ", allowed.ToArray().Select(word => $"'{word}'"));
        var text = Text(member, list);
        if (text is not null && !allowed.Contains(text))
        {
            Error(member, $"'{text}' found, expected {list}");
        }

        return text is not null && allowed.Contains(text) ? text : otherwise;
    }

    /// <summary>Distinct, non-empty texts; empty where the member is missing.</summary>
    public IReadOnlyList<string> Texts(string member, string expected)
    {
        var texts = new List<string>();
        if (Get(member) is not { } value)
        {
            return texts;
        }

        if (value.ValueKind != JsonValueKind.Array)
        {
            Error(member, $"{Describe(value)} found, expected {expected}");
            return texts;
        }

        var index = 0;
        foreach (var item in value.EnumerateArray())
        {
            var at = $"{member}[{index++}]";
            if (item.ValueKind != JsonValueKind.String || item.GetString() is not { Length: > 0 } text)
            {
                Error(at, $"{Describe(item)} found, expected a text that is not empty");
            }
            else if (texts.Contains(text))
            {
                Error(at, $"'{text}' stands twice");
            }
            else
            {
                texts.Add(text);
            }
        }

        return texts;
    }
}
