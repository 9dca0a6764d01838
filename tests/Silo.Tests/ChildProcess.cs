using System.Diagnostics;

namespace CustomerTrack;

/// <summary>This test executable once more, in another process.</summary>
internal static class ChildProcess
{
    public static Process Start(params string[] arguments)
    {
        var name = OperatingSystem.IsWindows() ? "CustomerTrack.Silo.Tests.exe" : "CustomerTrack.Silo.Tests";
        var start = new ProcessStartInfo(Path.Combine(AppContext.BaseDirectory, name), arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        };
        return Process.Start(start)!;
    }
}
