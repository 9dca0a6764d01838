using CustomerTrack.Records;
using Orleans.Concurrency;

namespace CustomerTrack.Detect;

/// <summary>The authority on one customer. The grain's key is <c>dimension/business key</c>.</summary>
[Alias("ct.ICustomerGrain")]
public interface ICustomerGrain : IGrainWithStringKey
{
    /// <summary>
    /// Folds a batch into the customer. Called by the customer's shard only. Safe to repeat: the same records change nothing
    /// the second time. The caller makes <see cref="Folded.State"/> durable before it lets a delta go, or calls <see cref="ForgetAsync"/>.
    /// </summary>
    [Alias("Apply")]
    ValueTask<Folded> ApplyAsync([Immutable] CustomerBatch batch, CancellationToken cancellationToken = default);

    /// <summary>Drops what is in memory: storage did not take it.</summary>
    [Alias("Forget")]
    ValueTask ForgetAsync(CancellationToken cancellationToken = default);

    /// <summary>The open version; null for a deleted or unknown customer.</summary>
    [Alias("Current"), ReadOnly]
    ValueTask<Delta?> GetCurrentAsync(CancellationToken cancellationToken = default);

    /// <summary>The version that holds at <paramref name="sequence"/>, in units of the dimension's sequence; null if none does.</summary>
    [Alias("AsOf"), ReadOnly]
    ValueTask<Delta?> GetAsOfAsync(long sequence, CancellationToken cancellationToken = default);

    /// <summary>Every version and gap, ascending by start; empty for an unknown customer.</summary>
    [Alias("History"), ReadOnly]
    ValueTask<IReadOnlyList<Delta>> GetHistoryAsync(CancellationToken cancellationToken = default);
}
