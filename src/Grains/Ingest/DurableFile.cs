using System.ComponentModel;
using System.Runtime.InteropServices;
using System.Text;

namespace CustomerTrack.Ingest;

/// <summary>Renames that are still there after a power failure.</summary>
internal static class DurableFile
{
    private const int ReadOnlyFlag = 0;

    /// <summary>Renames within one file system, replacing what is there, and syncs both folders.</summary>
    public static void Rename(string from, string to)
    {
        File.Move(from, to, overwrite: true);
        var target = Path.GetDirectoryName(to)!;
        SyncDirectory(target);
        if (Path.GetDirectoryName(from) is { } source && source != target)
        {
            SyncDirectory(source);
        }
    }

    /// <summary>Writes a small file whole, under a temporary name first.</summary>
    public static void Write(string path, ReadOnlySpan<byte> content)
    {
        var temporary = Temporary(path);
        using (var stream = new FileStream(temporary, FileMode.Create, FileAccess.Write, FileShare.None))
        {
            stream.Write(content);
            stream.Flush(flushToDisk: true);
        }

        Rename(temporary, path);
    }

    /// <summary>The hidden name beside <paramref name="path"/> that a file has until it is complete.</summary>
    public static string Temporary(string path) => Path.Combine(Path.GetDirectoryName(path)!, $".{Path.GetFileName(path)}.tmp");

    /// <summary>Makes the names in a folder durable. Windows journals them itself.</summary>
    public static void SyncDirectory(string path)
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        var descriptor = Open(Encoding.UTF8.GetBytes(path + '\0'), ReadOnlyFlag);
        if (descriptor < 0)
        {
            throw new IOException($"The folder '{path}' cannot be opened to sync it.", new Win32Exception(Marshal.GetLastPInvokeError()));
        }

        var failed = Sync(descriptor) != 0 ? Marshal.GetLastPInvokeError() : 0;
        _ = Close(descriptor);
        if (failed != 0)
        {
            throw new IOException($"The folder '{path}' cannot be synced.", new Win32Exception(failed));
        }
    }

    [DllImport("libc", EntryPoint = "open", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Open(byte[] path, int flags);

    [DllImport("libc", EntryPoint = "fsync", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Sync(int descriptor);

    [DllImport("libc", EntryPoint = "close", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Close(int descriptor);
}
