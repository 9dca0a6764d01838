using CustomerTrack.State;

namespace CustomerTrack.Cluster;

/// <summary>The silos of the cluster, by their names.</summary>
internal sealed class ClusterSilos(IClusterMembershipService membership, ILocalSiloDetails self)
{
    /// <summary>This silo.</summary>
    public string Self { get; } = SiloName.Of(self.SiloAddress);

    /// <summary>This silo takes part.</summary>
    public bool IsMember => membership.CurrentSnapshot.GetSiloStatus(self.SiloAddress) == SiloStatus.Active;

    /// <summary>The silos that take part, in the order of their names.</summary>
    public IReadOnlyList<string> Active => NamesOf(membership.CurrentSnapshot, status => status == SiloStatus.Active);

    /// <summary>The silos that take part, and those that are on their way out: what they have in hand may still be under way.</summary>
    public IReadOnlyList<string> Present => NamesOf(membership.CurrentSnapshot, status => status is SiloStatus.Active or SiloStatus.ShuttingDown or SiloStatus.Stopping);

    /// <summary>Every change of the table of silos, beginning with how it is.</summary>
    public IAsyncEnumerable<ClusterMembershipSnapshot> Changes => membership.MembershipUpdates;

    /// <summary>What the table says about a silo; in one word for people.</summary>
    public string StatusOf(string silo) => SiloName.TryParse(silo, out var address) ? membership.CurrentSnapshot.GetSiloStatus(address).ToString().ToLowerInvariant() : "unknown";

    /// <summary>The silo said that it is on its way out.</summary>
    public bool IsLeaving(string silo) => SiloName.TryParse(silo, out var address) && membership.CurrentSnapshot.GetSiloStatus(address) is SiloStatus.ShuttingDown or SiloStatus.Stopping;

    /// <summary>The silo was there and will never come back, as far as this silo knows.</summary>
    public bool HasEnded(string silo) => SiloName.TryParse(silo, out var address) && membership.CurrentSnapshot.GetSiloStatus(address) is SiloStatus.Dead or SiloStatus.None;

    /// <summary>
    /// The silo will never come back: it was declared dead, or left. One that the table does not know is looked for in the newest table: whoever takes
    /// anything has joined before.
    /// </summary>
    /// <exception cref="StateStoreException">The table cannot be read.</exception>
    public async ValueTask<bool> IsGoneAsync(string silo, CancellationToken cancellationToken)
    {
        if (!SiloName.TryParse(silo, out var address))
        {
            return true;
        }

        var status = membership.CurrentSnapshot.GetSiloStatus(address);
        if (status == SiloStatus.None)
        {
            await RefreshAsync(cancellationToken);
            status = membership.CurrentSnapshot.GetSiloStatus(address);
        }

        return status is SiloStatus.Dead or SiloStatus.None;
    }

    private async Task RefreshAsync(CancellationToken cancellationToken)
    {
        try
        {
            await membership.Refresh(default, cancellationToken);
        }
        catch (Exception failure) when (!cancellationToken.IsCancellationRequested)
        {
            throw new StateStoreException($"The table of silos could not be read: {failure.Message}", failure);
        }
    }

    private static List<string> NamesOf(ClusterMembershipSnapshot snapshot, Func<SiloStatus, bool> wanted) =>
        [.. snapshot.Members.Values.Where(member => wanted(member.Status)).Select(member => SiloName.Of(member.SiloAddress)).Order(StringComparer.Ordinal)];
}
