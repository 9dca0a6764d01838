namespace CustomerTrack.Cli;

/// <summary>What a command said.</summary>
internal sealed class Spoken : IDisposable
{
    private readonly StringWriter _out = new() { NewLine = "\n" };
    private readonly StringWriter _error = new() { NewLine = "\n" };

    public Spoken() => Output = new() { Out = _out, Error = _error, IsTerminal = false, Width = int.MaxValue, CanShowProgress = false };

    public CommandOutput Output { get; }

    public string Out => _out.ToString();

    public string Error => _error.ToString();

    public void Dispose()
    {
        _out.Dispose();
        _error.Dispose();
    }
}
