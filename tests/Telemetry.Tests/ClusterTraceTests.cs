using System.Globalization;
using CustomerTrack.Harness;
using CustomerTrack.RedisServer;

namespace CustomerTrack.Telemetry;

/// <summary>Silos in processes of their own, which export each for itself: what they did for one landing file is one trace all the same.</summary>
public sealed class ClusterTraceTests
{
    private const string Call = "ct.IShardGrain/Apply";
    private const int Client = 3;
    private const int Server = 2;
    private const int MostFiles = 28;

    // Silos tell each other times in microseconds.
    private const long Microsecond = 1_000;
    private const long Millisecond = 1_000_000;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_files_trace_has_what_other_silos_did_for_it_and_tells_which_silo_did_what()
    {
        Assert.SkipWhen(RedisProcess.WhyMissing is not null, RedisProcess.WhyMissing ?? "");
        using var folder = new TestFolder();
        await using var redis = await RedisProcess.StartAsync(folder.In("redis"), cancellationToken: Token);
        await using var receiver = await OtlpReceiver.StartAsync(Token);
        await using var site = Site(folder, redis, receiver);
        await site.StartAsync(Token);
        await Fact.AwaitAsync(async () => (await Task.WhenAll(site.Silos.Select(silo => silo.IsReadyAsync(Token)))).All(ready => ready), TimeSpan.FromMinutes(2), Token, () => site.DescribeAsync(Token));
        var names = site.Silos.ToDictionary(silo => silo.Port!.Value.ToString(CultureInfo.InvariantCulture));

        // Whoever claims a file reads it: one after the other, until that is a silo that does not write the warehouse.
        for (var i = 1; i <= MostFiles; i++)
        {
            var trace = await TraceAsync(site, receiver, i);
            var file = Assert.Single(trace, span => span.Parent.Length == 0);
            Assert.All(trace.Where(span => span != file), span => Assert.Contains(trace, parent => parent.Id == span.Parent));
            Assert.All(trace, span => Assert.Equal("customertrack", span.Resource["service.name"]));

            // An address, the port that the silo is known by, and its generation.
            Assert.All(trace, span => Assert.Contains(Instance(span).Split('-')[^2], names.Keys));
            MustReachOtherSilos(trace, Instance(file));
            var load = Assert.Single(trace, span => span.Name == "load objects");
            Assert.True(names[Instance(load).Split('-')[^2]].HasWarehouse);
            Assert.All(trace.Where(span => span.Name is "wait load" or "wait merge" or "merge"), span => Assert.Equal(Instance(load), Instance(span)));
            Assert.All(trace.Where(span => span.Parent == file.Id && span.Name is "wait claim" or "wait read" or "parse" or "batch" or "put object" or "archive" or "wait queryable"), span => Assert.Equal(Instance(file), Instance(span)));
            MustJoin([.. ((string[])["put object", "wait load", "load objects", "wait merge", "merge"]).Select(name => Assert.Single(trace, span => span.Name == name))]);

            // The file is done when its silo has heard of the load.
            Assert.InRange(load.End, file.Start, file.End + Millisecond);
            if (Instance(load) != Instance(file))
            {
                return;
            }
        }

        Assert.Fail($"Each of {MostFiles} files was read by the silo that writes the warehouse.");
    }

    private static ClusterSite Site(TestFolder folder, RedisProcess redis, OtlpReceiver receiver)
    {
        var site = new ClusterSite(folder.In("data"), [Definitions.Write(folder.Path)], silos: 3, redis.Connection);
        foreach (var (name, value) in receiver.Environment)
        {
            site.Environment[name] = value;
        }

        site.Environment["CUSTOMERTRACK_Telemetry__TraceRatio"] = "1";
        site.Environment["CUSTOMERTRACK_State__Shards"] = "12";
        site.Environment["CUSTOMERTRACK_Warehouse__MergeAfterAge"] = "00:00:00.200";
        return site;
    }

    private static async Task<IReadOnlyList<ReceivedSpan>> TraceAsync(ClusterSite site, OtlpReceiver receiver, int version)
    {
        // The way a good producer does it: under a hidden name, then renamed.
        var name = string.Create(CultureInfo.InvariantCulture, $"{version}.csv");
        Directory.CreateDirectory(site.Landing("customer"));
        var hidden = Path.Combine(site.Landing("customer"), $".{name}.tmp");
        await File.WriteAllBytesAsync(hidden, TracedSite.File(200, version), Token);
        File.Move(hidden, Path.Combine(site.Landing("customer"), name));

        // Every silo sends for itself: what one says may come before what it was a part of.
        IReadOnlyList<ReceivedSpan> trace = [];
        await Fact.AwaitAsync(
            () =>
            {
                var spans = receiver.Spans;
                var first = spans.FirstOrDefault(span => span.Attributes.GetValueOrDefault("file.name") == name);
                trace = first is null ? [] : [.. spans.Where(span => span.Trace == first.Trace)];
                return trace.Any(span => span.Name == "merge") && trace.Count(span => span is { Name: Call, Kind: Server }) == trace.Count(span => span is { Name: Call, Kind: Client })
                    && trace.All(span => span.Parent.Length == 0 || trace.Any(parent => parent.Id == span.Parent));
            },
            TimeSpan.FromMinutes(1),
            Token,
            async () => $"{string.Join('\n', trace)}\n{await site.DescribeAsync(CancellationToken.None)}");
        return trace;
    }

    private static void MustReachOtherSilos(IReadOnlyList<ReceivedSpan> trace, string reader)
    {
        var calls = trace.Where(span => span is { Name: Call, Kind: Client }).ToList();
        Assert.Equal(12, calls.Count);
        Assert.All(calls, call => Assert.Equal(reader, Instance(call)));
        var shards = calls.ConvertAll(call => Assert.Single(trace, span => span.Parent == call.Id && span.Kind == Server));
        Assert.All(calls.Zip(shards), pair => Assert.InRange(pair.Second.Start, pair.First.Start - Millisecond, pair.Second.End));
        Assert.All(calls.Zip(shards), pair => Assert.InRange(pair.Second.End, pair.Second.Start, pair.First.End + Millisecond));
        Assert.Equal(3, shards.Select(Instance).Distinct().Count());

        // What a shard did is told by its own silo.
        foreach (var shard in shards)
        {
            Assert.All(trace.Where(span => span.Parent == shard.Id), step => Assert.Equal(Instance(shard), Instance(step)));
            Assert.Contains(trace, span => span.Parent == shard.Id && span.Name == "write states");
        }
    }

    private static void MustJoin(IReadOnlyList<ReceivedSpan> hops) =>
        Assert.All(hops.Zip(hops.Skip(1)), pair => Assert.InRange(pair.Second.Start - pair.First.End, -Microsecond, Microsecond));

    private static string Instance(ReceivedSpan span) => span.Resource["service.instance.id"];
}
