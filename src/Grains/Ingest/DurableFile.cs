using CustomerTrack.Lake;

namespace CustomerTrack.Ingest;

/// <summary>Renames that are still there after a power failure.</summary>
internal static class DurableFile
{
    /// <summary>Renames within one file system, replacing what is there, and syncs both folders.</summary>
    public static void Rename(string from, string to)
    {
        File.Move(from, to, overwrite: true);
        var target = Path.GetDirectoryName(to)!;
        FolderSync.Flush(target);
        if (Path.GetDirectoryName(from) is { } source && source != target)
        {
            FolderSync.Flush(source);
        }
    }

    /// <summary>Writes a small file whole, under a temporary name first.</summary>
    public static void Write(string path, string temporary, ReadOnlySpan<byte> content)
    {
        using (var stream = new FileStream(temporary, FileMode.Create, FileAccess.Write, FileShare.None))
        {
            stream.Write(content);
            stream.Flush(flushToDisk: true);
        }

        Rename(temporary, path);
    }

    /// <summary>The hidden name beside <paramref name="path"/> that a file has until it is complete.</summary>
    public static string Temporary(string path) => Path.Combine(Path.GetDirectoryName(path)!, $".{Path.GetFileName(path)}.tmp");
}
