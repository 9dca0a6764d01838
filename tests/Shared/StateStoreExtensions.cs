namespace CustomerTrack.State;

/// <summary>Writes of tests that are about one process.</summary>
internal static class StateStoreExtensions
{
    public static ValueTask WriteAsync(this ICustomerStateStore store, ShardId shard, long epoch, IReadOnlyList<StateWrite> writes, CancellationToken cancellationToken) =>
        store.WriteAsync(shard, epoch, writes, WriteSource.Alone, cancellationToken);
}
