using CustomerTrack.Cli;
using CustomerTrack.Lake;
using CustomerTrack.S3;

namespace CustomerTrack.Hosting;

/// <summary>
/// Remembers, in the data folder, where its lake is. States and lake belong together: with another lake every table would lack what was
/// written before, and nobody would notice.
/// </summary>
internal sealed class LakePlace(DataFolder folder)
{
    private const string InFolder = "folder";

    private string Marker => Path.Combine(folder.Lake, ".place");

    // Of a lake in the folder; one in a bucket has an object for it.
    private string OwnerMarker => Path.Combine(folder.Lake, ".states");

    /// <summary>The dimensions that a lake in the folder has objects of.</summary>
    public static IReadOnlyList<string> DimensionsIn(DataFolder folder) => Directory.Exists(folder.Lake)
        ? [.. Directory.EnumerateDirectories(folder.Lake)
            .Where(path => !Path.GetFileName(path).StartsWith('.') && Directory.EnumerateFiles(path, "*" + LakeObjectName.Extension, SearchOption.AllDirectories).Any())
            .Select(path => Path.GetFileName(path))]
        : [];

    /// <exception cref="CommandFailedException">The folder was used with another lake, or its lake belongs to other states.</exception>
    public void MustBe(LakeKind kind, S3Options s3, LakeOwner owner)
    {
        MustBePlace(kind, s3);
        if (kind == LakeKind.Folder && File.Exists(OwnerMarker) && File.ReadAllText(OwnerMarker).Trim() is var known && known != owner.StateId)
        {
            throw new CommandFailedException(
                $"The lake in '{folder.Lake}' belongs to the states {known}, and these are {owner.StateId ?? "states without an id"} ({owner.Place}): they are others, or were lost. Revisions would be given out twice, and the tables would be wrong: " +
                "restore the states that the lake belongs to, as they were last, or run 'customertrack rebuild', or start with a new data folder.");
        }
    }

    private void MustBePlace(LakeKind kind, S3Options s3)
    {
        var wanted = Describe(kind, s3);
        var known = File.Exists(Marker) ? File.ReadAllText(Marker).Trim() : DimensionsIn(folder).Count > 0 ? InFolder : wanted;
        if (known == wanted)
        {
            return;
        }

        throw new CommandFailedException(
            $"The data folder '{folder.Root}' has its lake in {Say(known)}, but {LakeOptions.SectionName}:{nameof(LakeOptions.Kind)} is {kind}{(kind == LakeKind.S3 ? $" with {wanted}" : "")}. " +
            $"States and lake belong together: set it back ({(known == InFolder ? $"{LakeOptions.SectionName}:{nameof(LakeOptions.Kind)}={LakeKind.Folder}" : $"{LakeOptions.SectionName}:{nameof(LakeOptions.Kind)}={LakeKind.S3} and {S3Options.SectionName}:{nameof(S3Options.Bucket)} and {nameof(S3Options.Prefix)} of {known}")}), or start with a new data folder.");
    }

    /// <summary>The states that a lake in the folder belongs to; null where it says none. It lies in the folder, so its place is the folder's.</summary>
    public LakeOwner? FindOwner() => File.Exists(OwnerMarker)
        ? new() { StateId = File.ReadAllText(OwnerMarker).Trim(), Place = Lakes.PlaceOf(folder) }
        : null;

    /// <summary>Keeps where the lake is, once it could be opened.</summary>
    public void Remember(LakeKind kind, S3Options s3, LakeOwner owner)
    {
        if (kind == LakeKind.Folder)
        {
            Write(OwnerMarker, owner.StateId ?? throw new ArgumentException("The states a lake is written for need an id.", nameof(owner)));
        }

        Write(Marker, Describe(kind, s3));
    }

    private void Write(string marker, string text)
    {
        if (File.Exists(marker))
        {
            return;
        }

        // Silos that share the folder may do it at the same time: they say the same.
        var temporary = $"{marker}.{Guid.NewGuid():N}.new";
        File.WriteAllText(temporary, text + Environment.NewLine);
        File.Move(temporary, marker, overwrite: true);
        FolderSync.Flush(folder.Lake);
    }

    private static string Describe(LakeKind kind, S3Options s3) => kind == LakeKind.S3 ? $"s3://{s3.Bucket}/{s3.Prefix}" : InFolder;

    private static string Say(string place) => place == InFolder ? "its own folder 'lake'" : place;
}
