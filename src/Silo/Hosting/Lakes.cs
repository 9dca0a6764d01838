using CustomerTrack.Cli;
using CustomerTrack.Ingest;
using CustomerTrack.Lake;
using CustomerTrack.S3;

namespace CustomerTrack.Hosting;

/// <summary>Opens the lake of a data folder, as configured.</summary>
internal static class Lakes
{
    private static readonly TimeSpan LandingPatience = TimeSpan.FromSeconds(10);

    /// <param name="owner">The states that the lake belongs to.</param>
    /// <param name="shards">How many shards a dimension has; asked at the first write.</param>
    /// <exception cref="CommandFailedException">The lake cannot be used, or is not the one the folder or the states were used with.</exception>
    public static async Task<ILake> OpenAsync(
        DataFolder folder, LakeOwner owner, LakeAccess access, IConfiguration configuration, ILoggerFactory loggers, Func<int> shards, CancellationToken cancellationToken)
    {
        var kind = PipelineSettings.Get<LakeOptions>(configuration, LakeOptions.SectionName).Kind;
        var s3 = PipelineSettings.Get<S3Options>(configuration, S3Options.SectionName);
        var place = new LakePlace(folder);
        place.MustBe(kind, s3, owner);
        try
        {
            ILake lake = kind == LakeKind.S3
                ? await S3Lake.OpenAsync(s3, folder.Lake, owner, access, shards, TimeProvider.System, loggers.CreateLogger<S3Lake>(), cancellationToken)
                : new FolderLake(folder.Lake, shards, TimeProvider.System);
            if (access == LakeAccess.Write)
            {
                place.Remember(kind, s3, owner);
            }

            return lake;
        }
        catch (LakeException refused)
        {
            throw new CommandFailedException(refused.Message, refused);
        }
    }

    /// <summary>
    /// Checks that files that land in a bucket can be claimed there, where that is configured. A store that does not answer is let pass: the
    /// landing zone checks again before it claims, and says what it waits for.
    /// </summary>
    /// <exception cref="CommandFailedException">They cannot; says why and what helps.</exception>
    public static async Task CheckLandingAsync(IConfiguration configuration, CancellationToken cancellationToken)
    {
        var s3 = PipelineSettings.Get<S3Options>(configuration, S3Options.SectionName);
        if (string.IsNullOrEmpty(s3.LandingPrefix))
        {
            return;
        }

        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(LandingPatience);
        try
        {
            await S3LandingServiceCollectionExtensions.CheckS3LandingAsync(s3, TimeProvider.System, patience.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            // No answer in time.
        }
        catch (S3Exception unanswered) when (unanswered.Kind is S3FailureKind.Unreachable or S3FailureKind.TimedOut or S3FailureKind.StoreFailed or S3FailureKind.Throttled)
        {
            // No answer either.
        }
        catch (S3Exception refused)
        {
            throw new CommandFailedException(refused.Message, refused);
        }
    }

    /// <summary>The dimensions the lake has objects of.</summary>
    /// <exception cref="CommandFailedException">The lake cannot be read.</exception>
    public static async Task<IReadOnlyList<string>> DimensionsAsync(ILake lake, DataFolder folder, CancellationToken cancellationToken)
    {
        try
        {
            return lake is S3Lake s3 ? await s3.ListDimensionsAsync(cancellationToken) : LakePlace.DimensionsIn(folder);
        }
        catch (LakeException failed)
        {
            throw new CommandFailedException(failed.Message, failed);
        }
    }

    /// <summary>Where states are, as the lake notes it down for people.</summary>
    public static string PlaceOf(DataFolder folder) => $"the data folder '{folder.Root}' on {Environment.MachineName}";
}
