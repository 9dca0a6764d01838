using System.Security.Cryptography;
using System.Text;
using CustomerTrack.Cli;

namespace CustomerTrack.Api;

/// <summary>The keys that are accepted.</summary>
internal sealed class ApiKeys
{
    /// <summary>Shorter ones could be guessed.</summary>
    public const int MinLength = 24;

    private readonly IReadOnlyList<ApiKey> _keys;

    private ApiKeys(IReadOnlyList<ApiKey> keys) => _keys = keys;

    /// <summary>Nobody is asked for a key.</summary>
    public bool IsEmpty => _keys.Count == 0;

    /// <summary>Reads the keys. A message never shows one.</summary>
    /// <exception cref="UsageException">A key is missing, too short, unreadable or there twice; all that is wrong is listed.</exception>
    public static ApiKeys Read(ApiOptions options)
    {
        var problems = new List<string>();
        var keys = new List<ApiKey>();
        foreach (var (name, key) in options.Keys)
        {
            var path = $"{ApiOptions.SectionName}:{nameof(options.Keys)}:{name}";
            if (!name.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.'))
            {
                problems.Add($"{path} has a name that is not allowed; allowed: letters, digits, dots, dashes and underscores.");
            }
            else if (TextOf(path, key, problems) is { } text)
            {
                var hash = Hash(text);
                if (keys.Find(other => other.Hash.AsSpan().SequenceEqual(hash)) is { } same)
                {
                    problems.Add($"{path} is the same key as {same.Name}; allowed: a key of its own for each name.");
                }

                keys.Add(new(name, key.Role, hash));
            }
        }

        return problems.Count == 0 ? new(keys) : throw new UsageException(string.Join(Environment.NewLine, problems));
    }

    /// <summary>Whose key it is; null when it is nobody's. Takes the same time for every text of a length.</summary>
    public ApiKey? Find(string text)
    {
        var hash = Hash(text);
        ApiKey? found = null;
        foreach (var key in _keys)
        {
            found = CryptographicOperations.FixedTimeEquals(key.Hash, hash) ? key : found;
        }

        return found;
    }

    /// <summary>The key of a holder; null when there is none of that name.</summary>
    public ApiKey? Of(string name) => _keys.FirstOrDefault(key => key.Name == name);

    private static string? TextOf(string path, ApiKeyOptions key, List<string> problems)
    {
        var (keyName, fileName) = ($"{path}:{nameof(key.Key)}", $"{path}:{nameof(key.KeyFile)}");
        var hasFile = !string.IsNullOrWhiteSpace(key.KeyFile);
        if (!string.IsNullOrWhiteSpace(key.Key) == hasFile)
        {
            problems.Add($"{keyName} and {fileName} are {(hasFile ? "both" : "both not")} set; allowed: exactly one of them.");
            return null;
        }

        string text;
        try
        {
            text = (hasFile ? File.ReadAllText(key.KeyFile!) : key.Key!).Trim();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            problems.Add($"{fileName} is '{key.KeyFile}' and cannot be read: {e.Message}");
            return null;
        }

        if (text.Length < MinLength || !text.All(c => c is > ' ' and <= '~'))
        {
            problems.Add($"{(hasFile ? $"{fileName} ('{key.KeyFile}')" : keyName)} holds {text.Length} characters; allowed: {MinLength} at least, letters, digits and signs of ASCII without spaces, for example from 'openssl rand -hex 32'.");
            return null;
        }

        return text;
    }

    private static byte[] Hash(string text) => SHA256.HashData(Encoding.UTF8.GetBytes(text));
}
