using System.Collections.Concurrent;
using System.Diagnostics.Metrics;

namespace CustomerTrack.Benchmarks;

/// <summary>Adds up the durations that the stages report as metrics. They overlap, and they are elapsed time, not processor time.</summary>
internal sealed class StageTimes : IDisposable
{
    private readonly MeterListener _listener = new();
    private readonly ConcurrentDictionary<string, (double Seconds, long Count)> _sums = new(StringComparer.Ordinal);

    public StageTimes()
    {
        _listener.InstrumentPublished = static (instrument, listener) =>
        {
            if (instrument is Histogram<double> { Unit: "s" } && instrument.Name.StartsWith("customertrack.", StringComparison.Ordinal))
            {
                listener.EnableMeasurementEvents(instrument);
            }
        };
        _listener.SetMeasurementEventCallback<double>((instrument, value, _, _) =>
            _sums.AddOrUpdate(instrument.Name, (value, 1), (_, sum) => (sum.Seconds + value, sum.Count + 1)));
        _listener.Start();
    }

    public IReadOnlyList<(string Name, double Seconds, long Count)> Take()
    {
        var taken = _sums.Select(sum => (sum.Key, sum.Value.Seconds, sum.Value.Count)).OrderBy(sum => sum.Key, StringComparer.Ordinal).ToList();
        _sums.Clear();
        return taken;
    }

    public void Dispose() => _listener.Dispose();
}
