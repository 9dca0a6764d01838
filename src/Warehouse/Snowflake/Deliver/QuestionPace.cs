namespace CustomerTrack.Snowflake;

/// <summary>
/// When Snowflake's tables are asked next: soon while things change, more and more seldom while nothing does, because every
/// question wakes a warehouse that costs a minute at least.
/// </summary>
internal sealed class QuestionPace
{
    private readonly TimeSpan _shortest;
    private readonly TimeSpan _longest;
    private TimeSpan _pause;

    public QuestionPace(TimeSpan shortest, TimeSpan longest)
    {
        _shortest = shortest;
        _longest = longest > shortest ? longest : shortest;
        _pause = shortest;
    }

    public DateTimeOffset Next { get; private set; } = DateTimeOffset.MinValue;

    /// <summary>It was asked; the next time depends on whether anything had changed.</summary>
    public void Asked(DateTimeOffset now, bool changed)
    {
        _pause = changed ? _shortest : _pause * 2 < _longest ? _pause * 2 : _longest;
        Next = now + _pause;
    }

    /// <summary>Something happened that the tables may show soon.</summary>
    public void Hurry(DateTimeOffset now)
    {
        _pause = _shortest;
        Next = Next > now && Next < now + _shortest ? Next : now + _shortest;
    }
}
