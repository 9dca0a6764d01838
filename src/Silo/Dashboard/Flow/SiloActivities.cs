using CustomerTrack.Cluster;

namespace CustomerTrack.Dashboard.Flow;

/// <summary>Asks Orleans what runs where. It counts by type; no activation is looked at. A silo that hangs keeps nobody waiting for long.</summary>
internal sealed partial class SiloActivities(IGrainFactory grains, IClusterMembershipService membership, TimeProvider time, ILogger<SiloActivities> logger)
{
    private const string CustomerType = "CustomerGrain";
    private const string ShardType = "ShardGrain";
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(3);

    /// <summary>The silos that take part, by name, each with what runs on it; null for one that does not say.</summary>
    public async Task<IReadOnlyList<(string Name, SiloActivity? Activity)>> AskAsync(CancellationToken cancellationToken)
    {
        var active = membership.CurrentSnapshot.Members.Values.Where(member => member.Status == SiloStatus.Active).Select(member => member.SiloAddress);
        var answers = await Task.WhenAll(active.Select(async silo => (Name: SiloName.Of(silo), Activity: await TryAskAsync(silo, cancellationToken))));
        return [.. answers.OrderBy(answer => answer.Name, StringComparer.Ordinal)];
    }

    private async Task<SiloActivity?> TryAskAsync(SiloAddress silo, CancellationToken cancellationToken)
    {
        try
        {
            var management = grains.GetGrain<IManagementGrain>(0);
            var statistics = management.GetSimpleGrainStatistics([silo], cancellationToken);
            var runtime = management.GetRuntimeStatistics([silo], cancellationToken);
            await Task.WhenAll(statistics, runtime).WaitAsync(Patience, time, cancellationToken);
            return Of(silo, await statistics, (await runtime)[0]);
        }
        catch (Exception failure) when (!cancellationToken.IsCancellationRequested)
        {
            // It may have died and not be known to be dead yet: the page says that it does not answer.
            LogUnanswered(failure, SiloName.Of(silo));
            return null;
        }
    }

    private static SiloActivity Of(SiloAddress silo, IEnumerable<SimpleGrainStatistic> statistics, SiloRuntimeStatistics runtime)
    {
        var byType = statistics.GroupBy(statistic => NameOf(statistic.GrainType)).Select(type => (Type: type.Key, Count: type.Sum(statistic => statistic.ActivationCount)))
            .Where(type => type.Count > 0)
            .OrderByDescending(type => type.Count).ThenBy(type => type.Type, StringComparer.Ordinal).ToList();
        return new()
        {
            Name = SiloName.Of(silo),
            Place = silo.Endpoint.ToString(),
            Activations = byType,
            Customers = byType.Where(type => type.Type == CustomerType).Sum(type => type.Count),
            Shards = byType.Where(type => type.Type == ShardType).Sum(type => type.Count),
            MemoryBytes = runtime.EnvironmentStatistics.RawMemoryUsageBytes,
            AvailableBytes = runtime.EnvironmentStatistics.MaximumAvailableMemoryBytes,
            CpuPercent = runtime.EnvironmentStatistics.RawCpuUsagePercentage,
        };
    }

    // CustomerTrack.Detect.CustomerGrain,CustomerTrack.Grains: people know the last name.
    private static string NameOf(string type)
    {
        var name = type.Split(',')[0];
        return name[(name.LastIndexOf('.') + 1)..];
    }

    [LoggerMessage(LogLevel.Debug, "The silo {Silo} did not say what runs on it.")]
    private partial void LogUnanswered(Exception failure, string silo);
}
