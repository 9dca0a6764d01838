using CustomerTrack.Cli;
using CustomerTrack.Cluster;
using CustomerTrack.Hosting;
using CustomerTrack.State;
using CustomerTrack.Storage;

namespace CustomerTrack.Rebuild;

/// <summary>Opens the rebuild of the states that are configured.</summary>
internal static class StateRebuilds
{
    /// <exception cref="CommandFailedException">The states cannot be rebuilt here.</exception>
    public static IStateRebuild Open(DataFolder folder, IConfiguration configuration)
    {
        if (PipelineSettings.Get<ClusterSettings>(configuration, ClusterSettings.SectionName).Mode == ClusterMode.Cluster)
        {
            throw new CommandFailedException($"This version rebuilds the states of a single process; {ClusterSettings.SectionName}:{nameof(ClusterSettings.Mode)} is {ClusterMode.Cluster}.");
        }

        try
        {
            return RocksDbStateRebuild.Open(folder.State, PipelineSettings.Get<StateOptions>(configuration, StateOptions.SectionName));
        }
        catch (StateStoreException failed)
        {
            throw new CommandFailedException(failed.Message, failed);
        }
    }
}
