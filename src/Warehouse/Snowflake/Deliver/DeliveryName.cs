using System.Globalization;
using CustomerTrack.Lake;

namespace CustomerTrack.Snowflake;

/// <summary>What the name of a lake object says of its delivery: <c>….parquet</c>, then <c>….r1.parquet</c>, <c>….r2.parquet</c>.</summary>
/// <param name="Stem">The file's name without folders, redelivery and ending; the same for all names of an object.</param>
/// <param name="Original">The object's first name.</param>
/// <param name="Attempt">0 for the first name.</param>
/// <param name="WrittenAt">When the object was written first; null where a foreign name does not say.</param>
internal readonly record struct DeliveryName(string Stem, string Original, int Attempt, DateTimeOffset? WrittenAt)
{
    private const string TimeFormat = "yyyyMMdd'T'HHmmss.ffffff'Z'";

    public static DeliveryName Parse(string name)
    {
        var folder = name.LastIndexOf('/') + 1;
        var stem = name[folder..];
        stem = stem.EndsWith(LakeObjectName.Extension, StringComparison.Ordinal) ? stem[..^LakeObjectName.Extension.Length] : stem;
        var attempt = 0;
        var mark = stem.LastIndexOf(".r", StringComparison.Ordinal);
        if (mark > 0 && int.TryParse(stem.AsSpan(mark + 2), NumberStyles.None, CultureInfo.InvariantCulture, out attempt))
        {
            stem = stem[..mark];
        }

        var dash = stem.IndexOf('-');
        DateTimeOffset? writtenAt = dash > 0 && DateTimeOffset.TryParseExact(
            stem.AsSpan(0, dash), TimeFormat, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var at) ? at : null;
        return new(stem, name[..folder] + stem + LakeObjectName.Extension, attempt, writtenAt);
    }

    /// <summary>The name below the stage's location: Snowflake's stages are one per dimension.</summary>
    public static string StagePath(string name) => name[(name.IndexOf('/') + 1)..];
}
