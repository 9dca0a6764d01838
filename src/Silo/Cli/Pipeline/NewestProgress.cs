namespace CustomerTrack.Cli.Pipeline;

/// <summary>Keeps only the newest report of progress, until it is taken.</summary>
internal sealed class NewestProgress : IProgress<IngestProgress>
{
    private readonly Lock _gate = new();
    private IngestProgress? _newest;

    public void Report(IngestProgress value)
    {
        lock (_gate)
        {
            _newest = value;
        }
    }

    public IngestProgress? Take()
    {
        lock (_gate)
        {
            var taken = _newest;
            _newest = null;
            return taken;
        }
    }
}
