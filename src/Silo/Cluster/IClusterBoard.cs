namespace CustomerTrack.Cluster;

/// <summary>
/// What silos tell each other beside the states: who has a seat that only one may have, and notes that outlive their writer. What fails is a
/// <see cref="State.StateStoreException"/> and may be repeated.
/// </summary>
internal interface IClusterBoard
{
    /// <summary>Who has the seat; null when it is free.</summary>
    ValueTask<string?> GetSeatAsync(string seat, CancellationToken cancellationToken);

    /// <summary>Takes the seat, when it is free or held by <paramref name="instead"/>, or by <paramref name="holder"/> already.</summary>
    ValueTask<bool> TryTakeSeatAsync(string seat, string holder, string? instead, CancellationToken cancellationToken);

    /// <summary>Frees the seat, when <paramref name="holder"/> has it.</summary>
    ValueTask LeaveSeatAsync(string seat, string holder, CancellationToken cancellationToken);

    /// <summary>Puts a note up for all to read, in place of one of the same name.</summary>
    /// <param name="keep">When it may be taken down.</param>
    ValueTask PostAsync(string name, ReadOnlyMemory<byte> note, TimeSpan keep, CancellationToken cancellationToken);

    /// <summary>The notes, in the order of their names; null where there is none.</summary>
    ValueTask<byte[]?[]> ReadAsync(IReadOnlyList<string> names, CancellationToken cancellationToken);
}
