using System.Globalization;

namespace CustomerTrack.Lake;

/// <summary>
/// The name of an object: <c>customer/date=2026-01-31/20260131T120000.123456Z-1f0c9a7e-000001-10000.parquet</c>: when it was
/// written (UTC), who wrote, the writer's counter, the rows inside. Names sort by time and are never used twice. The same object
/// under another name, for a reader that has to be given it again, has <c>.r1</c>, <c>.r2</c>… before the ending.
/// </summary>
public sealed record LakeObjectName
{
    public const string Extension = ".parquet";
    private const string RedeliveryMark = ".r";
    private const string TimeFormat = "yyyyMMdd'T'HHmmss.ffffff'Z'";

    /// <summary>What comes before the file's own name, with a slash at its end.</summary>
    public required string Folder { get; init; }

    /// <summary>The file's own name without redelivery and ending; the same for an object and its redeliveries.</summary>
    public required string Stem { get; init; }

    public required long Rows { get; init; }

    /// <summary>0 for the object itself, 1 and up for its redeliveries.</summary>
    public required int Redelivery { get; init; }

    /// <summary>When the object was written first, by its writer's clock.</summary>
    public required DateTimeOffset WrittenAt { get; init; }

    /// <summary>Reads a name; false for one that this program did not give.</summary>
    public static bool TryParse(string name, out LakeObjectName parsed)
    {
        parsed = null!;
        var start = name.LastIndexOf('/') + 1;
        if (!name.EndsWith(Extension, StringComparison.Ordinal) || name.Length - start <= Extension.Length)
        {
            return false;
        }

        var stem = name.AsSpan(start, name.Length - start - Extension.Length);
        var redelivery = 0;
        var dot = stem.LastIndexOf(RedeliveryMark, StringComparison.Ordinal);
        if (dot > 0 && int.TryParse(stem[(dot + RedeliveryMark.Length)..], NumberStyles.None, CultureInfo.InvariantCulture, out redelivery))
        {
            stem = stem[..dot];
        }

        var dash = stem.LastIndexOf('-');
        if (dash <= 0 || stem.Count('-') != 3 || !long.TryParse(stem[(dash + 1)..], NumberStyles.None, CultureInfo.InvariantCulture, out var rows)
            || !DateTimeOffset.TryParseExact(stem[..stem.IndexOf('-')], TimeFormat, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var writtenAt))
        {
            return false;
        }

        parsed = new() { Folder = name[..start], Stem = stem.ToString(), Rows = rows, Redelivery = redelivery, WrittenAt = writtenAt };
        return true;
    }

    /// <summary>The whole name.</summary>
    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"{Folder}{Stem}{(Redelivery == 0 ? "" : $"{RedeliveryMark}{Redelivery.ToString(CultureInfo.InvariantCulture)}")}{Extension}");

    /// <summary>A new name.</summary>
    /// <param name="folder">The dimension's folder, without a slash at its end.</param>
    internal static string Create(string folder, DateTime utc, string writer, long number, int rows) => string.Create(
        CultureInfo.InvariantCulture,
        $"{folder}/date={utc:yyyy-MM-dd}/{utc.ToString(TimeFormat, CultureInfo.InvariantCulture)}-{writer}-{number:D6}-{rows}{Extension}");
}
