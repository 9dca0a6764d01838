namespace CustomerTrack.Harness;

/// <summary>Progress that is told on the reporting thread, in order.</summary>
public sealed class OnReport<T>(Action<T> told) : IProgress<T>
{
    public void Report(T value) => told(value);
}
