using System.Collections.Concurrent;
using CustomerTrack.State;
using Orleans.Metadata;

namespace CustomerTrack.Detect;

/// <summary>Where shards belong, as this silo sees the cluster now.</summary>
internal sealed class ShardPlaces(
    ICustomerStateStore store, IClusterMembershipService membership, IClusterManifestProvider manifests, ILocalSiloDetails local)
{
    private Plan _placing = new([]);
    private View? _view;

    /// <summary>The silos that are active and have shards, in the order of <see cref="ShardAssignment.Sort"/>.</summary>
    public IReadOnlyList<SiloAddress> Silos => Now().Silos;

    /// <summary>The silo of a shard among <paramref name="silos"/>, in any order.</summary>
    public SiloAddress PlaceOf(ShardId shard, SiloAddress[] silos)
    {
        // Placements come one after the other with the same silos; which of several threads leaves its plan here does not matter.
        var sorted = ShardAssignment.Sort(silos);
        var plan = _placing;
        if (!plan.Silos.AsSpan().SequenceEqual(sorted))
        {
            _placing = plan = new Plan(sorted);
        }

        return plan.PlaceOf(shard, store.ShardCount);
    }

    /// <summary>Whether a shard belongs on this silo. A silo that is not an active one among others has no say, and says yes.</summary>
    public bool IsHere(ShardId shard)
    {
        var plan = Now();
        return plan.IsAlone || plan.PlaceOf(shard, store.ShardCount).Equals(local.SiloAddress);
    }

    private Plan Now()
    {
        var snapshot = membership.CurrentSnapshot;
        var manifest = manifests.Current;
        var view = _view;
        if (view is null || view.Membership != snapshot.Version || view.Manifest != manifest.Version)
        {
            var silos = ShardAssignment.Sort(snapshot.Members.Values
                .Where(member => member.Status == SiloStatus.Active
                    && manifest.Silos.TryGetValue(member.SiloAddress, out var grains)
                    && grains.Grains.ContainsKey(ShardKey.GrainType))
                .Select(member => member.SiloAddress));
            _view = view = new(snapshot.Version, manifest.Version, new Plan(silos) { IsAlone = silos.Length < 2 || !silos.Contains(local.SiloAddress) });
        }

        return view.Plan;
    }

    private sealed record View(MembershipVersion Membership, MajorMinorVersion Manifest, Plan Plan);

    private sealed class Plan(SiloAddress[] silos)
    {
        private readonly ConcurrentDictionary<string, SiloAddress[]> _dimensions = new(StringComparer.Ordinal);

        public SiloAddress[] Silos { get; } = silos;

        public bool IsAlone { get; init; }

        public SiloAddress PlaceOf(ShardId shard, int shards) =>
            _dimensions.GetOrAdd(shard.Dimension, static (dimension, of) => ShardAssignment.Assign(dimension, of.Shards, of.Silos), (Shards: shards, Silos))[shard.Number];
    }
}
