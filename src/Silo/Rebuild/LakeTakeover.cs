using CustomerTrack.Cli;
using CustomerTrack.Hosting;
using CustomerTrack.Lake;
using CustomerTrack.S3;
using CustomerTrack.Storage;
using Microsoft.Extensions.Logging.Abstractions;

namespace CustomerTrack.Rebuild;

/// <summary>
/// A lake belongs to the states of one id. States that were lost lost their id as well: the rebuilt ones take the lake's, so that the lake is theirs.
/// </summary>
internal static class LakeTakeover
{
    /// <summary>Gives the data folder the lake's id where its own states are lost.</summary>
    /// <param name="allowed">Also from a place of another name.</param>
    /// <returns>What people should know of it; null where there was nothing to do.</returns>
    /// <exception cref="CommandFailedException">The lake is that of other states.</exception>
    public static async Task<string?> TakeAsync(DataFolder folder, IConfiguration configuration, bool allowed, CancellationToken cancellationToken)
    {
        var owner = PipelineSettings.Get<LakeOptions>(configuration, LakeOptions.SectionName).Kind == LakeKind.S3
            ? await FindAsync(PipelineSettings.Get<S3Options>(configuration, S3Options.SectionName), cancellationToken)
            : new LakePlace(folder).FindOwner();
        if (owner?.StateId is not { } id || id == StateId.Find(folder) || await HasCustomersAsync(folder, configuration, cancellationToken))
        {
            // Nobody's, ours, or that of states beside our own: opening the lake says what there is to say.
            return null;
        }

        var place = Lakes.PlaceOf(folder);
        if (owner.Place != place && !allowed)
        {
            throw new CommandFailedException(
                $"The lake belongs to the states {id} ({owner.Place}), and this is {place}, which has no states. If those states are lost, or this is their folder under a new name, say --take-over: "
                + "the lake then belongs to this data folder. The other one must never run again: revisions would be given out twice.");
        }

        StateId.Put(folder.State, id);
        return owner.Place == place ? null : $"The lake was taken over from {owner.Place}. Never start that one again.";
    }

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
