using CustomerTrack.Dimensions;
using CustomerTrack.Records;
using CustomerTrack.State;
using Orleans.GrainDirectory;

namespace CustomerTrack.Detect;

/// <summary>Holds one customer's state as its encoded bytes and decides what records change. Writes nothing itself.</summary>
[GrainType("customer"), ShardAffinity, GrainDirectory(NoDirectory.Name)]
internal sealed class CustomerGrain : Grain, ICustomerGrain
{
    private readonly SiloShards _silo;
    private readonly DimensionDefinition _dimension;
    private readonly string _key;

    // Null: not loaded. Empty: loaded, and storage knows nothing of the customer.
    private byte[]? _state;
    private long _hotSince;

    // Where the state in memory came from: see CustomerBatch.
    private long _epoch;
    private long _handover;

    public CustomerGrain(IGrainContext context, IDimensionCatalog dimensions, SiloShards silo)
    {
        _silo = silo;
        (_dimension, _key) = CustomerKey.Parse(context.GrainId.Key.ToString()!, dimensions);
    }

    public ValueTask<Folded> ApplyAsync(CustomerBatch batch, CancellationToken cancellationToken)
    {
        if (!batch.IsBeside)
        {
            // Left behind when its shard moved, or called while silos saw the cluster differently: a customer stays beside its shard only.
            this.DeactivateOnIdle();
        }

        var state = batch.StoredState ?? (batch.Epoch == _epoch && batch.Handover == _handover ? _state : null);
        if (state is null || (batch.StoredState is null && TimelineCodec.VersionOf(state) != batch.ExpectedVersion))
        {
            return new(new Folded { NeedsState = true, IsBeside = batch.IsBeside });
        }

        var folded = CustomerFold.Fold(_dimension, _key, state, batch.Records.Span, new DetectContext
        {
            OpenFloor = batch.OpenFloor,
            RecordedAt = batch.RecordedAt,
            Redelivered = batch.Redelivered,
        }, out _state);
        _epoch = batch.Epoch;
        _handover = batch.Handover;
        _hotSince = _silo.Time.GetTimestamp();
        return new(batch.IsBeside ? folded with { IsBeside = true } : folded);
    }

    public ValueTask ForgetAsync(CancellationToken cancellationToken)
    {
        _state = null;
        LeaveIfElsewhere();
        return ValueTask.CompletedTask;
    }

    public async ValueTask<Delta?> GetCurrentAsync(CancellationToken cancellationToken) =>
        CustomerHistory.Current(_dimension, _key, await LoadAsync(cancellationToken));

    public async ValueTask<Delta?> GetAsOfAsync(long sequence, CancellationToken cancellationToken) =>
        CustomerHistory.At(_dimension, _key, await LoadAsync(cancellationToken), sequence);

    public async ValueTask<IReadOnlyList<Delta>> GetHistoryAsync(CancellationToken cancellationToken) =>
        CustomerHistory.Rows(_dimension, _key, await LoadAsync(cancellationToken));

    private ShardId Shard => _silo.ShardOf(_dimension.Name, _key);

    // A shard folds customers it does not know itself, without their grains; it knows those it called lately. And the shard may be another
    // silo's by now: memory counts only as long as the activation that filled it is here and the store agrees that it owns the shard.
    private async ValueTask<byte[]> LoadAsync(CancellationToken cancellationToken)
    {
        if (_state is { } hot && _silo.Time.GetElapsedTime(_hotSince) < CustomerPool.HotFor && _silo.IsOwned(Shard, _epoch))
        {
            return hot;
        }

        LeaveIfElsewhere();
        var states = await _silo.Store.GetAsync(Shard, [_key], cancellationToken);
        return states[0] ?? [];
    }

    // Left behind when the shard moved. The next call activates it beside its shard.
    private void LeaveIfElsewhere()
    {
        if (!_silo.IsHere(Shard))
        {
            this.DeactivateOnIdle();
        }
    }
}
