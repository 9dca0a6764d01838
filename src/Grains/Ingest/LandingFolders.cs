using System.Globalization;

namespace CustomerTrack.Ingest;

/// <summary>Where things are below a data folder, as far as files come and go there.</summary>
public sealed class LandingFolders
{
    internal const string TemporaryPattern = TemporaryStart + "*" + TemporaryEnd;

    private const string TemporaryStart = ".ct-";
    private const string TemporaryEnd = ".tmp";

    /// <summary>Of a process that has the folder to itself.</summary>
    /// <param name="root">The data folder.</param>
    public LandingFolders(string root)
        : this(root, writer: "", Path.Combine(root, "landing", ".spool"))
    {
    }

    /// <summary>Of one of several processes that may share the folder.</summary>
    /// <param name="root">The data folder.</param>
    /// <param name="writer">The process, as claims name it: part of the names of what it has not finished writing.</param>
    /// <param name="spool">A folder of this process alone.</param>
    public LandingFolders(string root, string writer, string spool)
    {
        Root = Path.GetFullPath(root);
        Writer = writer;
        Spool = Path.GetFullPath(spool);
    }

    /// <summary>The folder's full path.</summary>
    public string Root { get; }

    /// <summary>The process, as claims name it; empty for one that has the folder to itself.</summary>
    public string Writer { get; }

    /// <summary>Where producers drop a dimension's files.</summary>
    public string Landing(string dimension) => Path.Combine(Root, "landing", dimension);

    /// <summary>Files that belong to a process, below the landing folder so that a claim is a rename within one file system.</summary>
    public string Claims(string dimension) => Path.Combine(Landing(dimension), ".claims");

    /// <summary>Trace contexts of claimed files, by the number of the claim.</summary>
    public string TraceParents(string dimension) => Path.Combine(Landing(dimension), ".traceparents");

    /// <summary>A lock file for each process that claims.</summary>
    public string Owners => Path.Combine(Root, "landing", ".owners");

    /// <summary>Copies of files that landed in a bucket, while they are read.</summary>
    public string Spool { get; }

    /// <summary>Names this data folder among the others that read a bucket.</summary>
    public string BucketOwner => Path.Combine(Root, "landing", ".bucket-owner");

    /// <summary>The highest number given to a file so far.</summary>
    public string LastNumber => Path.Combine(Root, "landing", ".last-number");

    /// <summary>Finished files, a folder for each day.</summary>
    public string Archive(string dimension) => Path.Combine(Root, "archive", dimension);

    /// <summary>Records that were not accepted.</summary>
    public string Rejected(string dimension) => Path.Combine(Root, "rejected", dimension);

    /// <summary>Quarantine files while they are replayed, below the quarantine so that taking one out is a rename within one file system.</summary>
    public string Replaying(string dimension) => Path.Combine(Rejected(dimension), ".replay");

    /// <summary>Files that could not be read at all, each with a note.</summary>
    public string RejectedFiles(string dimension) => Path.Combine(Rejected(dimension), "files");

    /// <summary>Where a finished file goes: <c>archive/customer/2026-01-31/1769860800000000~name.csv</c>.</summary>
    public string ArchivePath(ClaimedFile file)
    {
        var day = Records.SequenceText.ToDateTime(file.Number).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
        return Path.Combine(Archive(file.Dimension.Name), day, NumberedName(file));
    }

    /// <summary>Where a file's rejected records go.</summary>
    public string QuarantinePath(ClaimedFile file) => Path.Combine(Rejected(file.Dimension.Name), NumberedName(file) + ".ndjson");

    /// <summary>Where a file goes that cannot be read.</summary>
    public string RejectedFilePath(ClaimedFile file) => Path.Combine(RejectedFiles(file.Dimension.Name), NumberedName(file));

    /// <summary>The note beside such a file.</summary>
    public static string NotePath(string rejectedFile) => rejectedFile + ".reason.json";

    /// <summary>The hidden name beside <paramref name="path"/> that a file has until it is complete; no other process has the same.</summary>
    public string Temporary(string path) =>
        Writer.Length == 0 ? DurableFile.Temporary(path) : Path.Combine(Path.GetDirectoryName(path)!, $"{TemporaryStart}{Writer}~{Path.GetFileName(path)}{TemporaryEnd}");

    /// <summary>Whose such a name is; false for any other.</summary>
    internal static bool TrySplitTemporary(string name, out string writer)
    {
        var tilde = name.StartsWith(TemporaryStart, StringComparison.Ordinal) ? name.IndexOf('~', StringComparison.Ordinal) : -1;
        writer = tilde < 0 ? "" : name[TemporaryStart.Length..tilde];
        return writer.Length > 0;
    }

    /// <summary>Splits <c>number~name</c>; false for any other name.</summary>
    internal static bool TrySplit(string numberedName, out long number, out string name)
    {
        var tilde = numberedName.IndexOf('~', StringComparison.Ordinal);
        name = tilde < 0 ? "" : numberedName[(tilde + 1)..];
        number = 0;
        return name.Length > 0 && long.TryParse(numberedName.AsSpan(0, tilde), NumberStyles.None, CultureInfo.InvariantCulture, out number);
    }

    internal static string NumberedName(ClaimedFile file) => string.Create(CultureInfo.InvariantCulture, $"{file.Number}~{file.Name}");
}
