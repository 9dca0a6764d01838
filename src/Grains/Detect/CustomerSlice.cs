using CustomerTrack.Records;

namespace CustomerTrack.Detect;

/// <summary>The part of a shard's batch that belongs to one customer.</summary>
internal sealed class CustomerSlice(string key, KnownCustomer? known, int offset, ReadOnlyMemory<Record> records)
{
    public string Key { get; } = key;

    /// <summary>The customer's grain; null where the shard folds.</summary>
    public KnownCustomer? Known { get; } = known;

    /// <summary>Where the slice starts in the batch.</summary>
    public int Offset { get; } = offset;

    public ReadOnlyMemory<Record> Records { get; } = records;

    /// <summary>The stored state, once it was fetched; empty if storage has none.</summary>
    public byte[]? StoredState { get; set; }

    public Folded Folded { get; set; }

    public bool NeedsStoredState => Known is null ? StoredState is null : Known.Version == KnownCustomer.NotLoaded || Folded.NeedsState;
}
