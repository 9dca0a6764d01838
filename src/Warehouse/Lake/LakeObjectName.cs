using System.Globalization;

namespace CustomerTrack.Lake;

/// <summary>
/// The name of an object: <c>customer/date=2026-01-31/20260131T120000.123456Z-1f0c9a7e-000001-10000.parquet</c>: when it was
/// written (UTC), who wrote, the writer's counter, the rows inside. Names sort by time and are never used twice.
/// </summary>
internal static class LakeObjectName
{
    public const string Extension = ".parquet";

    public static string Create(string dimension, DateTime utc, string writer, long number, int rows) => string.Create(
        CultureInfo.InvariantCulture,
        $"{dimension}/date={utc:yyyy-MM-dd}/{utc:yyyyMMdd'T'HHmmss.ffffff}Z-{writer}-{number:D6}-{rows}{Extension}");

    /// <summary>The rows an object of this lake says it has; false for a file that somebody else put there.</summary>
    public static bool TryGetRows(ReadOnlySpan<char> fileName, out long rows)
    {
        rows = 0;
        var stem = fileName.EndsWith(Extension, StringComparison.Ordinal) ? fileName[..^Extension.Length] : default;
        var dash = stem.LastIndexOf('-');
        return dash > 0 && stem.Count('-') == 3 && long.TryParse(stem[(dash + 1)..], NumberStyles.None, CultureInfo.InvariantCulture, out rows);
    }
}
