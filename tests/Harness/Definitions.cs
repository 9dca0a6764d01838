using System.Text.Json;
using CustomerTrack.Dimensions;

namespace CustomerTrack.Harness;

/// <summary>Dimension files for tests.</summary>
public static class Definitions
{
    private static readonly string[] AllColumns = ["first_name", "last_name", "email", "street", "city", "state", "country"];

    /// <summary>Writes the definition of a dimension the generator can fill.</summary>
    /// <param name="ordinal">Records have an ordinal, so that their rows may go to any file.</param>
    /// <param name="keepMissing">A column that a record does not state keeps its value.</param>
    /// <param name="pii">Personal columns; none by default.</param>
    /// <param name="modes">The history modes of columns that are not tracked.</param>
    public static string Write(
        string folder, string name = "customer", bool ordinal = false, bool keepMissing = false, IReadOnlyDictionary<string, HistoryMode>? modes = null,
        IReadOnlyList<string>? pii = null)
    {
        var definition = new Dictionary<string, object?>
        {
            ["name"] = name,
            ["key"] = new[] { "customer_id" },
            ["sequence"] = new { column = "updated_at", type = "timestamp" },
            ["ordinal"] = ordinal ? "version" : null,
            ["operation"] = new { column = "op", delete = new[] { "d", "D" } },
            ["missing"] = keepMissing ? "keep" : "null",
            ["columns"] = AllColumns.ToDictionary(column => column, column => modes is not null && modes.TryGetValue(column, out var mode)
                ? (object)new { type = "text", history = mode.ToString().ToLowerInvariant() }
                : new { type = "text" }),
            ["pii"] = pii ?? [],
        };
        Directory.CreateDirectory(folder);
        var path = Path.Combine(folder, $"{name}.json");
        File.WriteAllBytes(path, JsonSerializer.SerializeToUtf8Bytes(definition));
        return path;
    }
}
