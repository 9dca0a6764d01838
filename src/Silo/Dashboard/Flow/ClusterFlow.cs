using CustomerTrack.Cluster;

namespace CustomerTrack.Dashboard.Flow;

/// <summary>
/// Asks every silo for the samples it has not told yet, and lays those of the same interval over each other. Nobody asks while no page is open; the first
/// question after that gets what the silos remember, so that charts are full at once.
/// </summary>
internal sealed class ClusterFlow(ClusterSilos silos, SiloCalls calls, TimeProvider time) : IFlowSource, IDisposable
{
    // A page waits for the slowest silo.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(3);

    // A silo that is behind by more than this has not been timely enough to be waited for.
    private const int MostBehind = 2;

    private readonly SemaphoreSlim _gate = new(1);
    private readonly Dictionary<string, (long Heard, long Newest)> _silos = [];
    private readonly SortedDictionary<long, FlowSample> _intervals = [];
    private FlowView _view = FlowView.Nothing;
    private long _asked;

    public async Task<FlowView> AskAsync(CancellationToken cancellationToken)
    {
        await _gate.WaitAsync(cancellationToken);
        try
        {
            if (_asked == 0 || time.GetElapsedTime(_asked) >= FlowSampler.Interval)
            {
                _view = await AskAllAsync(cancellationToken);
                _asked = time.GetTimestamp();
            }

            return _view;
        }
        finally
        {
            _gate.Release();
        }
    }

    public void Dispose() => _gate.Dispose();

    private async Task<FlowView> AskAllAsync(CancellationToken cancellationToken)
    {
        var names = silos.Active;
        foreach (var gone in _silos.Keys.Except(names).ToList())
        {
            _silos.Remove(gone);
        }

        var answers = await Task.WhenAll(names.Select(async name =>
        {
            var heard = _silos.TryGetValue(name, out var known) ? known.Heard : 0;
            var report = await calls.TryAsync(name, silo => silo.GetFlowAsync(heard, cancellationToken), Patience, cancellationToken);
            return (Name: name, Report: report, At: time.GetUtcNow());
        }));
        foreach (var (name, report, at) in answers)
        {
            if (report is not null)
            {
                Take(name, report, at);
            }
        }

        return new(FlowPoints.Of(Complete()), [.. answers.Where(answer => answer.Report is null).Select(answer => answer.Name)]);
    }

    private void Take(string name, FlowReport report, DateTimeOffset at)
    {
        // Clocks of silos differ, by less than an interval as a rule.
        var shift = (long)Math.Round((at - report.Now) / FlowSampler.Interval);
        foreach (var sample in report.Samples)
        {
            var number = sample.Number + shift;
            _intervals[number] = FlowPoints.Plus(_intervals.GetValueOrDefault(number) ?? FlowPoints.Nothing(number), sample);
            _silos[name] = (sample.Number, number);
        }
    }

    // Up to the newest interval of which all silos have told.
    private List<FlowSample> Complete()
    {
        if (_silos.Count == 0 || _intervals.Count == 0)
        {
            return [];
        }

        var newest = _silos.Values.Max(silo => silo.Newest);
        var last = _silos.Values.Where(silo => silo.Newest >= newest - MostBehind).Min(silo => silo.Newest);
        foreach (var old in _intervals.Keys.TakeWhile(number => number <= newest - FlowPoints.Samples - MostBehind).ToList())
        {
            _intervals.Remove(old);
        }

        var samples = new List<FlowSample>(FlowPoints.Samples);
        for (var number = Math.Max(_intervals.Keys.First(), last - FlowPoints.Samples + 1); number <= last; number++)
        {
            samples.Add(_intervals.GetValueOrDefault(number) ?? FlowPoints.Nothing(number));
        }

        return samples;
    }
}
