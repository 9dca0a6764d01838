namespace CustomerTrack.S3;

/// <summary>
/// A request to a store failed after all retries: what was done, where, why, and what helps. It is an <see cref="IOException"/>, since
/// to those who read and write files a store that fails is a disk that fails.
/// </summary>
public sealed class S3Exception : IOException
{
    /// <param name="doing">What could not be done: <c>write</c>, <c>list</c>.</param>
    /// <param name="location">The object or prefix: <c>s3://bucket/key</c>.</param>
    public S3Exception(S3FailureKind kind, string doing, string location, string explanation, Exception? cause)
        : base($"Cannot {doing} '{location}': {explanation}", cause)
    {
        Kind = kind;
        Location = location;
        Explanation = explanation;
    }

    public S3FailureKind Kind { get; }

    /// <summary>The object or prefix concerned: <c>s3://bucket/key</c>.</summary>
    public string Location { get; }

    /// <summary>Why, and what helps, without the place.</summary>
    public string Explanation { get; }

    /// <summary>Whether the request may have been carried out although it failed: no answer came.</summary>
    public bool MayHaveHappened => Kind is S3FailureKind.Unreachable or S3FailureKind.TimedOut or S3FailureKind.StoreFailed;
}
