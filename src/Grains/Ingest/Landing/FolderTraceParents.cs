using CustomerTrack.Telemetry;

namespace CustomerTrack.Ingest;

/// <summary>Trace contexts of landing files in files beside them: <c>a.csv.traceparent</c> of <c>a.csv</c>.</summary>
internal static class FolderTraceParents
{
    /// <summary>Puts a context beside a file that is about to appear.</summary>
    public static async ValueTask PutAsync(string file, string traceParent, CancellationToken cancellationToken) =>
        await File.WriteAllTextAsync(file + TraceParent.Extension, traceParent, cancellationToken);

    /// <summary>Takes the context of a file that was claimed away; null where there is none. A file can be read without it, so a disk that does not give it is no failure.</summary>
    public static string? Take(string file)
    {
        var path = file + TraceParent.Extension;
        if (!File.Exists(path))
        {
            return null;
        }

        try
        {
            using var reader = new StreamReader(path);
            var text = new char[TraceParent.MaxLength + 1];
            var length = reader.ReadBlock(text);
            File.Delete(path);
            return new(text, 0, length);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            // Told as one that is none, and counted.
            return failure.GetType().Name;
        }
    }
}
