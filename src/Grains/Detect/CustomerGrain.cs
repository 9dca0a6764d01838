using CustomerTrack.Dimensions;
using CustomerTrack.Records;
using CustomerTrack.State;
using Orleans.Placement;

namespace CustomerTrack.Detect;

/// <summary>Holds one customer's state as its encoded bytes and decides what records change. Writes nothing itself.</summary>
[GrainType("customer"), PreferLocalPlacement]
internal sealed class CustomerGrain : Grain, ICustomerGrain
{
    private readonly ICustomerStateStore _store;
    private readonly DimensionDefinition _dimension;
    private readonly string _key;

    private readonly TimeProvider _time;

    // Null: not loaded. Empty: loaded, and storage knows nothing of the customer.
    private byte[]? _state;
    private long _hotSince;

    public CustomerGrain(IGrainContext context, IDimensionCatalog dimensions, ICustomerStateStore store, TimeProvider time)
    {
        _store = store;
        _time = time;
        (_dimension, _key) = CustomerKey.Parse(context.GrainId.Key.ToString()!, dimensions);
    }

    public ValueTask<Folded> ApplyAsync(CustomerBatch batch, CancellationToken cancellationToken)
    {
        var state = batch.StoredState ?? _state;
        if (state is null || (batch.StoredState is null && TimelineCodec.VersionOf(state) != batch.ExpectedVersion))
        {
            return new(new Folded { NeedsState = true });
        }

        var folded = CustomerFold.Fold(_dimension, _key, state, batch.Records.Span, new DetectContext
        {
            OpenFloor = batch.OpenFloor,
            RecordedAt = batch.RecordedAt,
            Redelivered = batch.Redelivered,
        }, out _state);
        _hotSince = _time.GetTimestamp();
        return new(folded);
    }

    public ValueTask ForgetAsync(CancellationToken cancellationToken)
    {
        _state = null;
        return ValueTask.CompletedTask;
    }

    public async ValueTask<Delta?> GetCurrentAsync(CancellationToken cancellationToken) =>
        CustomerHistory.Current(_dimension, _key, await LoadAsync(cancellationToken));

    public async ValueTask<Delta?> GetAsOfAsync(long sequence, CancellationToken cancellationToken) =>
        CustomerHistory.At(_dimension, _key, await LoadAsync(cancellationToken), sequence);

    public async ValueTask<IReadOnlyList<Delta>> GetHistoryAsync(CancellationToken cancellationToken) =>
        CustomerHistory.Rows(_dimension, _key, await LoadAsync(cancellationToken));

    // A shard folds customers it does not know itself, without their grains; it knows those it called lately.
    private async ValueTask<byte[]> LoadAsync(CancellationToken cancellationToken)
    {
        if (_state is { } hot && _time.GetElapsedTime(_hotSince) < CustomerPool.HotFor)
        {
            return hot;
        }

        var states = await _store.GetAsync(new(_dimension.Name, Sharding.ShardOf(_key, _store.ShardCount)), [_key], cancellationToken);
        return states[0] ?? [];
    }
}
