using System.Diagnostics;
using System.Globalization;
using CustomerTrack.Harness;

namespace CustomerTrack.Benchmarks;

/// <summary>What the processes of a cluster have used and counted up to a moment, added up.</summary>
internal sealed record SilosCounts(TimeSpan Cpu, double LocalShards, double RemoteShards, double LocalCustomers, double RemoteCustomers, double WireBytes)
{
    private const string ShardCalls = "customertrack_detect_shard_calls";
    private const string CustomerCalls = "customertrack_detect_customer_calls";
    private const string SentBytes = "orleans_messaging_sent_messages_size";

    public double RemoteShardShare => Share(RemoteShards, LocalShards);

    public double RemoteCustomerShare => Share(RemoteCustomers, LocalCustomers);

    public static async Task<SilosCounts> TakeAsync(ClusterSite site, CancellationToken cancellationToken)
    {
        var sum = new SilosCounts(default, 0, 0, 0, 0, 0);
        foreach (var silo in site.Silos)
        {
            using var process = Process.GetProcessById(silo.Process.Id);
            var lines = (await silo.MetricsAsync(cancellationToken)).Split('\n');
            sum = new(
                sum.Cpu + process.TotalProcessorTime,
                sum.LocalShards + Sum(lines, ShardCalls, "place=\"local\""),
                sum.RemoteShards + Sum(lines, ShardCalls, "place=\"remote\""),
                sum.LocalCustomers + Sum(lines, CustomerCalls, "place=\"local\""),
                sum.RemoteCustomers + Sum(lines, CustomerCalls, "place=\"remote\""),
                sum.WireBytes + Sum(lines, SentBytes, "_sum{"));
        }

        return sum;
    }

    public SilosCounts Since(SilosCounts before) => new(
        Cpu - before.Cpu,
        LocalShards - before.LocalShards,
        RemoteShards - before.RemoteShards,
        LocalCustomers - before.LocalCustomers,
        RemoteCustomers - before.RemoteCustomers,
        WireBytes - before.WireBytes);

    private static double Share(double part, double rest) => part + rest == 0 ? 0 : part / (part + rest);

    // A line is: name{label="value",…} value [time]
    private static double Sum(string[] lines, string metric, string with) => lines
        .Where(line => line.StartsWith(metric, StringComparison.Ordinal) && line.Contains(with, StringComparison.Ordinal))
        .Sum(line => double.Parse(line[(line.LastIndexOf('}') + 1)..].Trim().Split(' ')[0], CultureInfo.InvariantCulture));
}
