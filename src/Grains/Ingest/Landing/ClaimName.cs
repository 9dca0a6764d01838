using System.Globalization;

namespace CustomerTrack.Ingest;

/// <summary>The name of a claim in a folder: number, owner and the file's own name.</summary>
internal static class ClaimName
{
    /// <summary>The owner of a claim that <paramref name="owner"/> gave back: nobody who runs.</summary>
    public static string ReturnedBy(string owner) => owner + ".returned";

    public static string Of(long number, string owner, string name) => string.Create(CultureInfo.InvariantCulture, $"{number}~{owner}~{name}");

    /// <summary>Splits a claim's name; false for any other.</summary>
    public static bool TrySplit(string claim, out long number, out string owner, out string name)
    {
        owner = "";
        name = "";
        if (!LandingFolders.TrySplit(claim, out number, out var rest) || rest.IndexOf('~', StringComparison.Ordinal) is not (> 0 and var tilde) || tilde + 1 == rest.Length)
        {
            return false;
        }

        owner = rest[..tilde];
        name = rest[(tilde + 1)..];
        return true;
    }
}
