using System.Globalization;
using System.Text;
using CustomerTrack.Records;

namespace CustomerTrack.Ingest;

/// <summary>Where things are in a bucket that files land in: beside <c>landing/</c> there are <c>archive/</c>, <c>rejected/</c>, <c>claims/</c> and <c>owners/</c>.</summary>
internal sealed class S3LandingKeys
{
    // Longer ones would not fit a local file's name with what comes before and after.
    private const int LongestName = 180;

    private readonly string _landing;
    private readonly string _beside;

    /// <param name="landingPrefix">Ends in a slash.</param>
    public S3LandingKeys(string landingPrefix)
    {
        _landing = landingPrefix;
        _beside = landingPrefix[..(landingPrefix.TrimEnd('/').LastIndexOf('/') + 1)];
    }

    public string ClaimsRoot => _beside + "claims/";

    public string Owners => _beside + "owners/";

    public string Owner(string name) => Owners + name;

    public string Landing(string dimension) => $"{_landing}{dimension}/";

    public string Claims(string dimension) => $"{ClaimsRoot}{dimension}/";

    /// <summary>The claim of one content of one file. Every owner after the first writes a generation of its own: the highest counts.</summary>
    public string Claim(string dimension, string name, string etag, int generation) =>
        string.Create(CultureInfo.InvariantCulture, $"{Claims(dimension)}{name}~{etag}~{generation:D4}");

    /// <summary>Splits what follows <see cref="Claims"/>; false for what is no claim.</summary>
    public static bool TrySplitClaim(string claim, out string name, out string etag, out int generation)
    {
        name = "";
        etag = "";
        generation = 0;
        var last = claim.LastIndexOf('~');
        var middle = last <= 0 ? -1 : claim.LastIndexOf('~', last - 1);
        if (middle <= 0 || !int.TryParse(claim.AsSpan(last + 1), NumberStyles.None, CultureInfo.InvariantCulture, out generation))
        {
            return false;
        }

        name = claim[..middle];
        etag = claim[(middle + 1)..last];
        return true;
    }

    public string ArchiveRoot(string dimension) => $"{_beside}archive/{dimension}/";

    public string Archive(ClaimedFile file) =>
        $"{ArchiveRoot(file.Dimension.Name)}{SequenceText.ToDateTime(file.Number).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture)}/{LandingFolders.NumberedName(file)}";

    public string Rejected(ClaimedFile file) => $"{_beside}rejected/{file.Dimension.Name}/files/{LandingFolders.NumberedName(file)}";

    /// <summary>Whether a name can be a file's here: not below a folder, and one that a local file can have.</summary>
    public static bool IsFileName(string name) =>
        name.Length > 0 && Encoding.UTF8.GetByteCount(name) <= LongestName && !name.Any(c => c is '/' or '\\' || char.IsControl(c));
}
