using CustomerTrack.Cli;
using CustomerTrack.Cluster;
using CustomerTrack.Hosting;
using CustomerTrack.Ingest;
using CustomerTrack.State;
using CustomerTrack.Storage;

namespace CustomerTrack.Rebuild;

/// <summary>The rebuild of the states that are configured: those of a data folder, or those of a cluster.</summary>
internal static class StateRebuilds
{
    /// <param name="stateId">The id of the states when it is done.</param>
    /// <exception cref="CommandFailedException">The states cannot be rebuilt here, or are in use.</exception>
    public static async Task<IStateRebuild> OpenAsync(DataFolder folder, string stateId, IConfiguration configuration, CancellationToken cancellationToken)
    {
        var cluster = PipelineSettings.Get<ClusterSettings>(configuration, ClusterSettings.SectionName);
        var options = PipelineSettings.Get<StateOptions>(configuration, StateOptions.SectionName);
        try
        {
            return cluster.Mode == ClusterMode.Cluster
                ? await RedisStateRebuild.OpenAsync(
                    PipelineSettings.Get<RedisOptions>(configuration, RedisOptions.SectionName), cluster.ServiceId, stateId, options.Shards, TimeProvider.System, cancellationToken)
                : RocksDbStateRebuild.Open(folder.State, options);
        }
        catch (StateStoreException failed)
        {
            throw new CommandFailedException(failed.Message, failed);
        }
    }

    /// <summary>Files that land get only numbers above <paramref name="highest"/> when the rebuild is done.</summary>
    public static async Task PassNumbersAsync(
        IStateRebuild states, DataFolder folder, IReadOnlyList<string> dimensions, long highest, TimeProvider time, CancellationToken cancellationToken)
    {
        if (states is RedisStateRebuild shared)
        {
            await shared.PassNumberAsync(highest, cancellationToken);
            return;
        }

        await LandingNumbers.PassAsync(new(folder.Root), dimensions, highest, time, cancellationToken);
    }

    /// <summary>The id lies with the states and goes over to their successors.</summary>
    public static void KeepId(IStateRebuild states, DataFolder folder)
    {
        if (states is RocksDbStateRebuild && StateId.Find(folder) is { } id)
        {
            StateId.Put(RocksDbStateRebuild.NewFolder(folder.State), id);
        }
    }
}
