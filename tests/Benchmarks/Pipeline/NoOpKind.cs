namespace CustomerTrack.Benchmarks;

/// <summary>What a row that changes nothing looks like.</summary>
internal enum NoOpKind
{
    /// <summary>The same values with a newer time: must be remembered, because a late record may come in between.</summary>
    Restated,

    /// <summary>The very row that came before, as a full extract repeats it.</summary>
    Repeated,
}
