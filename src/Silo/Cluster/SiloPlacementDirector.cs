using Orleans.Runtime.Placement;

namespace CustomerTrack.Cluster;

/// <summary>Places a grain on the silo its key names, or nowhere.</summary>
internal sealed class SiloPlacementDirector : IPlacementDirector
{
    public Task<SiloAddress> OnAddActivation(PlacementStrategy strategy, PlacementTarget target, IPlacementContext context)
    {
        var name = target.GrainIdentity.Key.ToString()!;
        return SiloName.TryParse(name, out var silo) && context.GetCompatibleSilos(target).Contains(silo)
            ? Task.FromResult(silo)
            : Task.FromException<SiloAddress>(new SiloGoneException(name));
    }
}
