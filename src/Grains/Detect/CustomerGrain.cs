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

    // Null: not loaded. Empty: loaded, and storage knows nothing of the customer.
    private byte[]? _state;

    public CustomerGrain(IGrainContext context, IDimensionCatalog dimensions, ICustomerStateStore store)
    {
        _store = store;
        (_dimension, _key) = CustomerKey.Parse(context.GrainId.Key.ToString()!, dimensions);
    }

    public ValueTask<Folded> ApplyAsync(CustomerBatch batch, CancellationToken cancellationToken)
    {
        var state = batch.StoredState ?? _state;
        if (state is null || (batch.StoredState is null && TimelineCodec.VersionOf(state) != batch.ExpectedVersion))
        {
            return new(new Folded { NeedsState = true });
        }

        var detected = ChangeDetector.Detect(_dimension, _key, state, batch.Records.Span, new DetectContext
        {
            OpenFloor = batch.OpenFloor,
            RecordedAt = batch.RecordedAt,
            Redelivered = batch.Redelivered,
        });
        _state = detected.State ?? state;
        return new(new Folded
        {
            State = detected.State,
            Version = TimelineCodec.VersionOf(_state),
            Deltas = detected.Deltas,
            TooLate = detected.TooLate,
            Counts = detected.Counts,
        });
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

    private async ValueTask<byte[]> LoadAsync(CancellationToken cancellationToken)
    {
        if (_state is null)
        {
            var states = await _store.GetAsync(Sharding.ShardOf(_dimension.Name, _key, _store.ShardCount), [_key], cancellationToken);
            _state = states[0] ?? [];
        }

        return _state;
    }
}
