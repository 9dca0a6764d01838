using System.Globalization;
using CustomerTrack.Records;
using CustomerTrack.Telemetry;

namespace CustomerTrack.Ingest;

/// <summary>
/// Trace contexts of landing files in files beside them, <c>a.csv.traceparent</c> of <c>a.csv</c>. One goes with its file: it is kept under the number of the
/// claim until the file is finished, so that whoever reads the file again knows it, too.
/// </summary>
internal static class FolderTraceParents
{
    /// <summary>Puts a context beside a file that is about to appear.</summary>
    public static async ValueTask PutAsync(string file, string traceParent, CancellationToken cancellationToken) =>
        await File.WriteAllTextAsync(Beside(file), traceParent, cancellationToken);

    /// <summary>The context of a file that was just claimed from landing; null where there is none.</summary>
    public static string? Take(LandingFolders folder, string dimension, string landed, long number) =>
        File.Exists(Beside(landed)) ? Tried(() => Take(Beside(landed), Kept(folder, dimension, number))) : null;

    /// <summary>The context of a file that was claimed before; null where there is none.</summary>
    public static string? TakeAgain(LandingFolders folder, string dimension, string name, long number)
    {
        var kept = Kept(folder, dimension, number);
        if (File.Exists(kept))
        {
            return Tried(() => Read(kept));
        }

        // Whoever claimed the file may have ended before it took this. What is younger than the claim belongs to another file of the same name.
        var landed = Path.Combine(folder.Landing(dimension), name);
        return File.Exists(Beside(landed)) && File.GetLastWriteTimeUtc(Beside(landed)) <= SequenceText.ToDateTime(number) ? Take(folder, dimension, landed, number) : null;
    }

    /// <summary>The file is finished, and nobody reads it again, if it is still where its claim says.</summary>
    public static void Forget(LandingFolders folder, ClaimedFile file)
    {
        if (file.TraceParent is not null && File.Exists(file.Path))
        {
            File.Delete(Kept(folder, file.Dimension.Name, file.Number));
        }
    }

    private static string Beside(string file) => file + TraceParent.Extension;

    private static string Kept(LandingFolders folder, string dimension, long number) =>
        Path.Combine(folder.TraceParents(dimension), number.ToString(CultureInfo.InvariantCulture));

    private static string Take(string from, string to)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(to)!);
        File.Move(from, to, overwrite: true);
        return Read(to);
    }

    private static string Read(string path)
    {
        using var reader = new StreamReader(path);
        var text = new char[TraceParent.MaxLength + 1];
        return new(text, 0, reader.ReadBlock(text));
    }

    // A file can be read without its context, so a disk that does not give it is no failure: it is told as one that is none, and counted.
    private static string Tried(Func<string> read)
    {
        try
        {
            return read();
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            return failure.GetType().Name;
        }
    }
}
