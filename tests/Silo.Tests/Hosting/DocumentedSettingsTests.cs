using System.ComponentModel.DataAnnotations;
using System.Globalization;
using System.Reflection;
using System.Text.RegularExpressions;

namespace CustomerTrack.Hosting;

/// <summary>docs/operations.md has every setting, with its default and what is allowed, and no other.</summary>
public sealed partial class DocumentedSettingsTests
{
    private static readonly Dictionary<string, string[]> Documented = ReadTable();

    private static readonly Dictionary<string, (Type Options, PropertyInfo Property)> Known =
        PipelineSettings.Sections.SelectMany(section => SettingsOf(section.Name, section.Options)).ToDictionary(setting => setting.Key, setting => (setting.Options, setting.Property));

    public static TheoryData<string> Settings => [.. Known.Keys];

    [Theory]
    [MemberData(nameof(Settings))]
    public void A_setting_is_documented_with_its_default_and_what_is_allowed(string key)
    {
        Assert.True(Documented.TryGetValue(key, out var cells), $"docs/operations.md has no row for `{key}`.");
        var (options, property) = Known[key];
        Assert.Equal(Text(property.GetValue(Activator.CreateInstance(options))), cells[0].Trim('`'));

        if (property.GetCustomAttribute<RangeAttribute>() is { } range)
        {
            Assert.StartsWith($"`{Text(range.Minimum)}`", cells[1], StringComparison.Ordinal);
            Assert.Contains(range.Maximum is >= 9e18 ? "and up" : $" to `{Text(range.Maximum)}`", cells[1], StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Nothing_is_documented_that_is_not_there() => Assert.Empty(Documented.Keys.Except(Known.Keys));

    private static IEnumerable<(string Key, Type Options, PropertyInfo Property)> SettingsOf(string path, Type options)
    {
        foreach (var property in options.GetProperties(BindingFlags.Public | BindingFlags.Instance))
        {
            if (property.SetMethod?.IsPublic == true)
            {
                yield return ($"{path}:{property.Name}", options, property);
            }
            else if (property.PropertyType.IsGenericType && property.PropertyType.GetGenericTypeDefinition() == typeof(Dictionary<,>))
            {
                foreach (var named in SettingsOf($"{path}:{property.Name}:<name>", property.PropertyType.GetGenericArguments()[1]))
                {
                    yield return named;
                }
            }
            else if (property.PropertyType.IsClass && !property.PropertyType.IsGenericType)
            {
                foreach (var nested in SettingsOf($"{path}:{property.Name}", property.PropertyType))
                {
                    yield return nested;
                }
            }
        }
    }

    private static string Text(object? value) => value switch
    {
        null => "not set",
        TimeSpan span => Spell(span),
        string text when TimeSpan.TryParse(text, CultureInfo.InvariantCulture, out var span) && text.Contains(':', StringComparison.Ordinal) => Spell(span),
        DateTimeOffset time => time.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture),
        _ => Convert.ToString(value, CultureInfo.InvariantCulture)!,
    };

    private static string Spell(TimeSpan span)
    {
        var text = span.ToString("c", CultureInfo.InvariantCulture);
        return span.Ticks % TimeSpan.TicksPerSecond == 0 ? text : span.Ticks % TimeSpan.TicksPerMillisecond == 0 ? text[..^4] : text[..^1];
    }

    private static Dictionary<string, string[]> ReadTable()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "CustomerTrack.slnx")))
        {
            folder = folder.Parent ?? throw new FileNotFoundException("CustomerTrack.slnx is in no folder above the tests.");
        }

        return File.ReadLines(Path.Combine(folder.FullName, "docs", "operations.md")).Select(line => Row().Match(line)).Where(row => row.Success)
            .ToDictionary(row => row.Groups[1].Value, row => row.Groups[2].Value.Split('|').Select(cell => cell.Trim()).ToArray());
    }

    [GeneratedRegex(@"^\| `(CustomerTrack:[^`]+)` \|(.*)\|$")]
    private static partial Regex Row();
}
