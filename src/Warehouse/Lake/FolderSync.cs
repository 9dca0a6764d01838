using System.Runtime.InteropServices;

namespace CustomerTrack.Lake;

/// <summary>Makes a folder's entries durable: on Unix a rename survives a power cut only once the folder itself is synced.</summary>
public static partial class FolderSync
{
    private const int ReadOnlyFlag = 0;

    /// <exception cref="IOException">The folder cannot be opened or synced.</exception>
    public static void Flush(string folder)
    {
        // Windows has no such call: NTFS journals the entry with the file.
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        var descriptor = Open(folder, ReadOnlyFlag);
        if (descriptor < 0)
        {
            throw Failed("open", folder);
        }

        try
        {
            if (Sync(descriptor) != 0)
            {
                throw Failed("sync", folder);
            }
        }
        finally
        {
            _ = Close(descriptor);
        }
    }

    private static IOException Failed(string what, string folder) =>
        new($"Cannot {what} the folder '{folder}': {Marshal.GetLastPInvokeErrorMessage()}.");

    [LibraryImport("libc", EntryPoint = "open", StringMarshalling = StringMarshalling.Utf8, SetLastError = true)]
    private static partial int Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "fsync", SetLastError = true)]
    private static partial int Sync(int descriptor);

    [LibraryImport("libc", EntryPoint = "close", SetLastError = true)]
    private static partial int Close(int descriptor);
}
