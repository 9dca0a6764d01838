namespace CustomerTrack.Ingest;

/// <summary>
/// Numbers landing files and knows who has which of them open, over every process that works on the same landing zone. Numbers rise for all
/// of them together, so the lowest open number only ever rises. Everything is durable when it returns. What fails is a <see cref="State.StateStoreException"/>
/// or an <see cref="IOException"/>, and may be repeated.
/// </summary>
public interface IFileRegistry
{
    /// <summary>The first of <paramref name="count"/> consecutive numbers, microseconds UTC or more, all of which <paramref name="owner"/> has open from now on.</summary>
    ValueTask<long> OpenAsync(string owner, int count, CancellationToken cancellationToken = default);

    /// <summary>
    /// Makes a file that <paramref name="from"/>, a process that is dead for good, has open <paramref name="owner"/>'s. What <paramref name="from"/> writes of it
    /// afterwards is refused by the state store, and it can open no file any more. True also when the file is <paramref name="owner"/>'s already.
    /// False when it is not open, or when another process was faster: the file's entry (<see cref="ListAsync"/>) tells which. Only a file that is not open gets
    /// another number, since its own may be below the floor already; one that somebody has open keeps it.
    /// </summary>
    ValueTask<bool> TryTakeOverAsync(long number, string from, string owner, CancellationToken cancellationToken = default);

    /// <summary>The file is finished, or was not got after all. Does nothing when it is not <paramref name="owner"/>'s.</summary>
    ValueTask CloseAsync(long number, string owner, CancellationToken cancellationToken = default);

    /// <summary>The numbers of the files that are open, ascending, with their owners.</summary>
    ValueTask<IReadOnlyList<OpenFile>> ListAsync(CancellationToken cancellationToken = default);

    /// <summary>Files with lower numbers are finished, or never had a row folded: no row of theirs is still to come. Rises only.</summary>
    ValueTask<long> FloorAsync(CancellationToken cancellationToken = default);
}
