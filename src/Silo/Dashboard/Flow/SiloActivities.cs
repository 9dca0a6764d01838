using CustomerTrack.Cluster;

namespace CustomerTrack.Dashboard.Flow;

/// <summary>Asks Orleans what runs where. It counts by type; no activation is looked at.</summary>
internal sealed class SiloActivities(IGrainFactory grains)
{
    private const string CustomerType = "CustomerGrain";
    private const string ShardType = "ShardGrain";

    public async Task<IReadOnlyList<SiloActivity>> AskAsync(CancellationToken cancellationToken)
    {
        var management = grains.GetGrain<IManagementGrain>(0);
        var silos = (await management.GetHosts(onlyActive: true, cancellationToken)).Keys.ToArray();
        var statistics = await management.GetSimpleGrainStatistics(silos, cancellationToken);
        var runtime = await management.GetRuntimeStatistics(silos, cancellationToken);
        return
        [
            .. silos.Select((silo, i) => Of(silo, statistics.Where(statistic => statistic.SiloAddress.Equals(silo)), i < runtime.Length ? runtime[i] : null))
                .OrderBy(silo => silo.Name, StringComparer.Ordinal),
        ];
    }

    private static SiloActivity Of(SiloAddress silo, IEnumerable<SimpleGrainStatistic> statistics, SiloRuntimeStatistics? runtime)
    {
        var byType = statistics.GroupBy(statistic => NameOf(statistic.GrainType)).Select(type => (Type: type.Key, Count: type.Sum(statistic => statistic.ActivationCount)))
            .Where(type => type.Count > 0)
            .OrderByDescending(type => type.Count).ThenBy(type => type.Type, StringComparer.Ordinal).ToList();
        return new()
        {
            Name = SiloName.Of(silo),
            Activations = byType,
            Customers = byType.Where(type => type.Type == CustomerType).Sum(type => type.Count),
            Shards = byType.Where(type => type.Type == ShardType).Sum(type => type.Count),
            MemoryBytes = runtime?.EnvironmentStatistics.RawMemoryUsageBytes,
            AvailableBytes = runtime?.EnvironmentStatistics.MaximumAvailableMemoryBytes,
            CpuPercent = runtime?.EnvironmentStatistics.RawCpuUsagePercentage,
        };
    }

    // CustomerTrack.Detect.CustomerGrain,CustomerTrack.Grains: people know the last name.
    private static string NameOf(string type)
    {
        var name = type.Split(',')[0];
        return name[(name.LastIndexOf('.') + 1)..];
    }
}
