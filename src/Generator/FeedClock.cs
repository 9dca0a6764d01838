using CustomerTrack.Records;

namespace CustomerTrack.Generator;

/// <summary>
/// The population's own time in microseconds UTC; no two calls return the same. It never runs ahead of the real clock,
/// because a record from the future would be refused.
/// </summary>
internal sealed class FeedClock
{
    private readonly TimeProvider _realTime;
    private readonly Dice _dice;
    private readonly bool _live;
    private readonly double _doubleStep;
    private long _realAtLast;
    private long _last;

    public FeedClock(GeneratorOptions options, Dice dice, TimeProvider realTime)
    {
        _realTime = realTime;
        _dice = dice;
        _live = options.StartTime is null;
        _doubleStep = 2 * options.Step.TotalMicroseconds;
        _realAtLast = Real();
        _last = (options.StartTime is { } start ? SequenceText.FromTicks(start.UtcTicks) : _realAtLast) - 1;
    }

    public long Next()
    {
        if (_live)
        {
            return _last = Math.Max(_last + 1, Real());
        }

        var next = _last + 1 + (long)(_dice.NextDouble() * _doubleStep);
        if (next > _realAtLast)
        {
            _realAtLast = Real();
            next = Math.Max(_last + 1, Math.Min(next, _realAtLast));
        }

        return _last = next;
    }

    private long Real() => SequenceText.FromTicks(_realTime.GetUtcNow().UtcTicks);
}
