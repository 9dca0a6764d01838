namespace CustomerTrack.Generator;

/// <summary>A feed that came to its end.</summary>
/// <param name="AnswerKey">What the tables must hold now; keeps the whole population in memory.</param>
/// <param name="Elapsed">The time for the files, without the answer key.</param>
public sealed record FeedResult(AnswerKey AnswerKey, TimeSpan Elapsed)
{
    public FeedCounts Counts => AnswerKey.Counts;
}
