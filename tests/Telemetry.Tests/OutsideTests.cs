using System.Net;
using CustomerTrack.Harness;

namespace CustomerTrack.Telemetry;

/// <summary>Takes the traces of a cluster that something else started: tests/compose/run.sh says where silos are told to send them.</summary>
public sealed class OutsideTests(ITestOutputHelper output)
{
    private const string Call = "ct.IShardGrain/Apply";
    private const int Server = 2;

    private static readonly string? Listen = Environment.GetEnvironmentVariable("TRACED_CLUSTER_SENDS_TO");

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_traces_of_a_cluster_in_containers_arrive_whole_and_with_spans_of_several_silos()
    {
        Assert.SkipWhen(string.IsNullOrEmpty(Listen), "TRACED_CLUSTER_SENDS_TO is not set.");
        await using var receiver = await OtlpReceiver.StartAsync(IPEndPoint.Parse(Listen!), Token);
        IReadOnlyList<ReceivedSpan> trace = [];
        await Fact.AwaitAsync(
            () =>
            {
                trace = Whole(receiver.Spans).FirstOrDefault() ?? [];
                return trace.Count > 0;
            },
            TimeSpan.FromMinutes(10),
            Token,
            () => Task.FromResult($"{receiver.Spans.Count} spans came: {string.Join(", ", receiver.Spans.Select(span => span.Name).Distinct())}"));
        output.WriteLine(string.Join('\n', trace.Select(span => $"{span.Resource["service.instance.id"]} {span}")));
    }

    private static IEnumerable<IReadOnlyList<ReceivedSpan>> Whole(IReadOnlyList<ReceivedSpan> spans)
    {
        var traces = spans.ToLookup(span => span.Trace);
        var ids = spans.ToLookup(span => span.Id);

        // Files are read together: the calls of their shards are in the trace of what they share.
        return traces.Where(trace => trace.Any(span => span.Name == "process customer"))
            .Select(trace => trace.Concat(trace.SelectMany(span => span.Links).Distinct().SelectMany(id => ids[id]).SelectMany(shared => traces[shared.Trace])).Distinct().ToList())
            .Where(IsWhole);
    }

    private static bool IsWhole(List<ReceivedSpan> trace)
    {
        var ids = trace.Select(span => span.Id).ToHashSet(StringComparer.Ordinal);
        return ((string[])["wait claim", "batch", "put object", "wait load", "load objects", "merge"]).All(name => trace.Any(span => span.Name == name))
            && trace.All(span => span.Parent.Length == 0 || ids.Contains(span.Parent))
            && trace.Where(span => span is { Name: Call, Kind: Server }).Select(span => span.Resource["service.instance.id"]).Distinct().Count() > 1;
    }
}
