using CustomerTrack.Cli;
using CustomerTrack.Cluster;
using CustomerTrack.Hosting;
using CustomerTrack.Lake;
using CustomerTrack.S3;
using CustomerTrack.State;
using CustomerTrack.Storage;
using Microsoft.Extensions.Logging.Abstractions;

namespace CustomerTrack.Rebuild;

/// <summary>
/// A lake belongs to the states of one id. States that were lost lost their id as well: the rebuilt ones take the lake's, so that the lake is theirs.
/// </summary>
internal static class LakeTakeover
{
    /// <summary>What the lake of the rebuilt states belongs to: the states there are, or those that the lake names where there is no customer here.</summary>
    /// <param name="allowed">Also from a place of another name.</param>
    /// <returns>The owner, and what people should know of it; null where there was nothing to do.</returns>
    /// <exception cref="CommandFailedException">The lake is that of other states, or the states here cannot be looked at.</exception>
    public static async Task<(LakeOwner Owner, string? Note)> TakeAsync(DataFolder folder, IConfiguration configuration, bool allowed, CancellationToken cancellationToken)
    {
        var cluster = PipelineSettings.Get<ClusterSettings>(configuration, ClusterSettings.SectionName);
        if (cluster.Mode == ClusterMode.Cluster)
        {
            return await TakeSharedAsync(folder, cluster.ServiceId, configuration, allowed, cancellationToken);
        }

        var place = Lakes.PlaceOf(folder);
        var owner = await FindAsync(folder, configuration, cancellationToken);

        // Nobody's, ours, or that of states beside our own: opening the lake says what there is to say.
        if (owner?.StateId is not { } id || id == StateId.Find(folder) || await HasCustomersAsync(folder, configuration, cancellationToken))
        {
            return (new() { StateId = StateId.GetOrMake(folder), Place = place }, null);
        }

        MustBeAllowed(owner, place, allowed);
        StateId.Put(folder.State, id);
        return (new() { StateId = StateId.GetOrMake(folder), Place = place }, NoteOf(owner, place));
    }

    private static async Task<(LakeOwner Owner, string? Note)> TakeSharedAsync(
        DataFolder folder, string serviceId, IConfiguration configuration, bool allowed, CancellationToken cancellationToken)
    {
        var place = PipelineStates.PlaceOf(serviceId);
        var redis = PipelineSettings.Get<RedisOptions>(configuration, RedisOptions.SectionName);
        try
        {
            var (known, hasCustomers) = await RedisStateRebuild.FindAsync(redis, serviceId, TimeProvider.System, cancellationToken);
            var owner = await FindAsync(folder, configuration, cancellationToken);
            if (owner?.StateId is not { } id || id == known || hasCustomers)
            {
                return (new() { StateId = known ?? Guid.NewGuid().ToString("N"), Place = place }, null);
            }

            // A lake in the folder is the cluster's own, unless the states of a process alone lie beside it.
            var former = KindOf(configuration) == LakeKind.Folder && StateId.Find(folder) != id ? owner with { Place = place } : owner;
            MustBeAllowed(former, place, allowed);
            return (new() { StateId = id, Place = place }, NoteOf(former, place));
        }
        catch (StateStoreException failed)
        {
            throw new CommandFailedException(failed.Message, failed);
        }
    }

    private static void MustBeAllowed(LakeOwner owner, string place, bool allowed)
    {
        if (owner.Place != place && !allowed)
        {
            throw new CommandFailedException(
                $"The lake belongs to the states {owner.StateId} ({owner.Place}), and this is {place}, which has no states. If those states are lost, or this is their place under a new name, say --take-over: "
                + "the lake then belongs to the states here. The other ones must never run again: revisions would be given out twice.");
        }
    }

    private static string? NoteOf(LakeOwner owner, string place) =>
        owner.Place == place ? null : $"The lake was taken over from {owner.Place}. Never start that one again.";

    private static LakeKind KindOf(IConfiguration configuration) => PipelineSettings.Get<LakeOptions>(configuration, LakeOptions.SectionName).Kind;

    private static async Task<LakeOwner?> FindAsync(DataFolder folder, IConfiguration configuration, CancellationToken cancellationToken) => KindOf(configuration) == LakeKind.S3
        ? await FindAsync(PipelineSettings.Get<S3Options>(configuration, S3Options.SectionName), cancellationToken)
        : new LakePlace(folder).FindOwner();

    private static async Task<LakeOwner?> FindAsync(S3Options s3, CancellationToken cancellationToken)
    {
        try
        {
            return await S3Lake.FindOwnerAsync(s3, TimeProvider.System, cancellationToken);
        }
        catch (LakeException failed)
        {
            throw new CommandFailedException(failed.Message, failed);
        }
    }

    private static async Task<bool> HasCustomersAsync(DataFolder folder, IConfiguration configuration, CancellationToken cancellationToken)
    {
        if (!File.Exists(Path.Combine(folder.State, "CURRENT")))
        {
            return false;
        }

        using var store = RocksDbStateStore.OpenForRebuild(
            folder.State, PipelineSettings.Get<StateOptions>(configuration, StateOptions.SectionName), NullLogger<RocksDbStateStore>.Instance);
        return await store.HasCustomersAsync(cancellationToken);
    }
}
