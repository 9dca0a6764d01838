using System.Runtime.InteropServices;

namespace CustomerTrack.Harness;

/// <summary>Sends signals to processes by their ids.</summary>
public static class UnixSignals
{
    private const int NoSuchProcess = 3;

    /// <summary>Sends one; nothing happens where the process has ended.</summary>
    /// <exception cref="InvalidOperationException">The system refuses; says why.</exception>
    public static void Send(int processId, UnixSignal signal)
    {
        if (Kill(processId, (int)signal) != 0 && Marshal.GetLastPInvokeError() != NoSuchProcess)
        {
            throw new InvalidOperationException($"{signal} could not be sent to process {processId}: {Marshal.GetLastPInvokeErrorMessage()}.");
        }
    }

    [DllImport("libc", EntryPoint = "kill", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Kill(int processId, int signal);
}
