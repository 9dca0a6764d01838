namespace CustomerTrack.State;

/// <summary>
/// The landing files whose records a write comes from, and the process that read them. Where several processes share a store, a write is refused
/// when one of the files was taken over from that process: records of a file must not come in once it is counted as finished.
/// </summary>
/// <param name="Owner">The reader's name as an owner of claims; empty where there is only one process.</param>
/// <param name="Files">The numbers of the files, each once.</param>
public readonly record struct WriteSource(string Owner, IReadOnlyList<long> Files)
{
    /// <summary>Of a process that has the store to itself.</summary>
    public static WriteSource Alone { get; } = new("", []);
}
