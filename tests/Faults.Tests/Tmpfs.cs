using System.Diagnostics;

namespace CustomerTrack.Faults;

/// <summary>A small file system of its own, which can be filled and made read-only. Needs root and Linux.</summary>
internal sealed class Tmpfs : IDisposable
{
    private Tmpfs(string path) => Path = path;

    public string Path { get; }

    /// <summary>Why there can be none, as a sentence; null where there may.</summary>
    public static string? WhyMissing { get; } =
        OperatingSystem.IsLinux() && Environment.UserName == "root" ? null : "Only root can mount the small file system this test fills.";

    /// <summary>Mounts one on a folder, or skips the test and says why.</summary>
    public static Tmpfs MountOrSkip(string path, int megabytes)
    {
        Assert.SkipWhen(WhyMissing is not null, WhyMissing ?? "");
        Directory.CreateDirectory(path);
        var (code, error) = Run("mount", "-t", "tmpfs", "-o", $"size={megabytes}m", "tmpfs", path);
        Assert.SkipUnless(code == 0, $"No small file system can be mounted here: {error}");
        return new(path);
    }

    /// <summary>Makes it larger or smaller than what it holds.</summary>
    public void Resize(int megabytes) => Must("mount", "-o", $"remount,size={megabytes}m", Path);

    public void MakeReadOnly() => Must("mount", "-o", "remount,ro", Path);

    public void MakeWritable() => Must("mount", "-o", "remount,rw", Path);

    /// <summary>Takes all space that is left.</summary>
    /// <returns>The file that holds it; deleting it gives the space back.</returns>
    public string Fill()
    {
        var path = System.IO.Path.Combine(Path, ".ballast");
        using var file = new FileStream(path, FileMode.Create, FileAccess.Write, FileShare.None, bufferSize: 0);
        foreach (var size in (ReadOnlySpan<int>)[1 << 20, 4096])
        {
            var block = new byte[size];
            try
            {
                while (true)
                {
                    file.Write(block);
                }
            }
            catch (IOException)
            {
                // Full, which is what was wanted.
            }
        }

        return path;
    }

    public void Dispose() => Must("umount", "-l", Path);

    private static void Must(params string[] command)
    {
        var (code, error) = Run(command);
        Assert.True(code == 0, $"'{string.Join(' ', command)}' failed: {error}");
    }

    private static (int Code, string Error) Run(params string[] command)
    {
        using var process = Process.Start(new ProcessStartInfo(command[0], command[1..]) { RedirectStandardError = true })!;
        var error = process.StandardError.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, error);
    }
}
