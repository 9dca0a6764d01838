namespace CustomerTrack.Harness;

/// <summary>Signals and their numbers on Linux.</summary>
public enum UnixSignal
{
    Interrupt = 2,
    Kill = 9,
    Terminate = 15,
    Continue = 18,
    Stop = 19,
}
