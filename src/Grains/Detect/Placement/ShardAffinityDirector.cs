using CustomerTrack.State;
using Orleans.Runtime.Placement;

namespace CustomerTrack.Detect;

/// <summary>
/// Finds the silo for a new activation of a shard (<c>dimension/number</c>) or a customer (<c>dimension/business key</c>). It says where an
/// activation begins and does not move what is active; <see cref="ShardMoves"/> does.
/// </summary>
internal sealed class ShardAffinityDirector(ICustomerStateStore store, ShardPlaces places) : IPlacementDirector
{
    public Task<SiloAddress> OnAddActivation(PlacementStrategy strategy, PlacementTarget target, IPlacementContext context)
    {
        var silos = context.GetCompatibleSilos(target);
        if (silos.Length == 1)
        {
            return Task.FromResult(silos[0]);
        }

        if (IPlacementDirector.GetPlacementHint(target.RequestContextData, silos) is { } hint)
        {
            return Task.FromResult(hint);
        }

        var grain = target.GrainIdentity;
        return Task.FromResult(places.PlaceOf(ShardOf(grain.Type, grain.Key.ToString()!), silos));
    }

    private ShardId ShardOf(GrainType type, string key) =>
        type == ShardKey.GrainType ? ShardKey.Parse(key) : CustomerKey.ShardOf(key, store.ShardCount);
}
