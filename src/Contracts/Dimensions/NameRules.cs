using System.Text.RegularExpressions;

namespace CustomerTrack.Dimensions;

/// <summary>What dimensions and columns may be called, so that the names work as folders and in both warehouses.</summary>
internal static partial class NameRules
{
    public const string ExpectedName = "a lower case name such as 'customer': a letter, then at most 62 letters, digits or underscores";

    /// <summary>Columns of the tables that the pipeline fills itself.</summary>
    public static readonly IReadOnlySet<string> Reserved = new HashSet<string>(StringComparer.OrdinalIgnoreCase)
    {
        "valid_from", "valid_to", "is_current", "revision", "recorded_at", "source_file", "source_row", "is_deleted", "is_retracted",
        "ct_shard", "ct_object", "ct_loaded_at", "ct_taken_at",
    };

    public static bool IsName(string name) => Name().IsMatch(name);

    /// <summary>What is wrong with a column's name, or null.</summary>
    public static string? CheckColumn(string name) =>
        Reserved.Contains(name) ? $"'{name}' is a column that the tables have already; reserved: {string.Join(", ", Reserved)}"
        : Column().IsMatch(name) ? null
        : $"'{name}' is not a column name; expected a letter or underscore, then at most 62 letters, digits or underscores";

    [GeneratedRegex(@"^[a-z][a-z0-9_]{0,62}\z", RegexOptions.CultureInvariant)]
    private static partial Regex Name();

    [GeneratedRegex(@"^[A-Za-z_][A-Za-z0-9_]{0,62}\z", RegexOptions.CultureInvariant)]
    private static partial Regex Column();
}
