namespace CustomerTrack.Detect;

/// <summary>
/// Fans a batch out to the customers of one shard and makes their states durable. The only writer of its customers' states.
/// The grain's key is <c>dimension/number</c>.
/// </summary>
[Alias("ct.IShardGrain")]
public interface IShardGrain : IGrainWithStringKey
{
    /// <summary>
    /// Folds a batch: one call per customer, one durable write for all of them. When it fails nothing of the batch is
    /// remembered in memory, and it is to be repeated with <see cref="ShardBatch.Redelivered"/> set, because the write may have
    /// gone through after all.
    /// </summary>
    [Alias("Apply")]
    ValueTask<ShardResult> ApplyAsync([Immutable] ShardBatch batch, CancellationToken cancellationToken = default);
}
