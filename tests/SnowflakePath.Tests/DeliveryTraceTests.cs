using System.Globalization;
using System.Text;
using CustomerTrack.Harness;
using CustomerTrack.RedisServer;
using CustomerTrack.S3Server;
using CustomerTrack.Telemetry;

namespace CustomerTrack.Snowflake;

/// <summary>What real processes export about the way of its landing files into Snowflake's tables.</summary>
public sealed class DeliveryTraceTests
{
    private const double ClockSpeed = 20;
    private const int Client = 3;
    private const int MostFiles = 20;

    // Spans count in 100 ns, and none is shorter than that.
    private const long Tick = 100;

    // Silos tell each other times in microseconds.
    private const long Microsecond = 1_000;

    private static readonly string[] Hops = ["put object", "wait announce", "announce", "wait snowpipe", "wait snowflake merge"];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Every_hop_to_Snowflakes_tables_is_in_the_one_trace_of_each_file()
    {
        Assert.SkipWhen(TestStore.WhyMissing is not null, TestStore.WhyMissing ?? "");
        using var folder = new TestFolder();
        var store = await TestStore.SharedAsync();
        await using var bucket = await store.NewBucketAsync(Token);
        await using var account = await TestAccount.StartAsync(store, ClockSpeed, Token);
        await using var receiver = await OtlpReceiver.StartAsync(Token);
        var site = await AppliedAsync(folder, bucket, account, receiver);

        // There when the service starts, so that they share an object.
        site.Land("one.csv", "customer_id,updated_at,op,first_name\n1,2025-01-01T00:00:00Z,u,Ada\n"u8);
        site.Land("two.csv", "customer_id,updated_at,op,first_name\n2,2025-01-01T00:00:00Z,u,Eve\n"u8);
        await using var service = await site.ServeAsync(Token);
        var one = await TraceAsync(receiver, "one.csv");
        var two = await TraceAsync(receiver, "two.csv");
        await service.StopAsync(Token);

        Assert.NotEqual(one[0].Trace, two[0].Trace);
        foreach (var trace in (IReadOnlyList<ReceivedSpan>[])[one, two])
        {
            Assert.All(trace.Where(span => span.Parent.Length > 0), span => Assert.Contains(trace, parent => parent.Id == span.Parent));
            var file = Assert.Single(trace, span => span.Name == "process customer");
            var hops = Hops.Select(name => Assert.Single(trace, span => span.Name == name)).ToList();
            Assert.All(hops.Skip(1), hop => Assert.Equal(file.Id, hop.Parent));
            Assert.All(hops.Skip(1), hop => Assert.Equal("snowflake", hop.Attributes["db.system.name"]));
            Assert.All(hops.Zip(hops.Skip(1)), pair => Assert.InRange(pair.Second.Start - pair.First.End, -Tick, Tick));
            Assert.Equal((Client, "insertFiles", "1"), (hops[2].Kind, hops[2].Attributes["db.operation.name"], hops[2].Attributes["db.operation.batch.size"]));
            Assert.Equal(hops[0].Attributes["customertrack.object"], hops[^1].Attributes["customertrack.object"]);
            Assert.DoesNotContain(trace, span => span.Attributes.ContainsKey("error.type"));

            // The tables of this process know the file as well, each in its own time.
            Assert.Single(trace, span => span.Name == "merge");
        }

        var shared = Assert.Single(receiver.Spans, span => span.Name == "announce" && span.Parent.Length == 0);
        Assert.All((IReadOnlyList<ReceivedSpan>[])[one, two], trace => Assert.Equal([shared.Id], trace.Single(span => span.Name == "announce").Links));
    }

    [Fact]
    public async Task What_another_silo_read_is_told_by_the_silo_that_delivers_in_the_same_trace()
    {
        Assert.SkipWhen(TestStore.WhyMissing is not null, TestStore.WhyMissing ?? "");
        Assert.SkipWhen(RedisProcess.WhyMissing is not null, RedisProcess.WhyMissing ?? "");
        using var folder = new TestFolder();
        var store = await TestStore.SharedAsync();
        await using var bucket = await store.NewBucketAsync(Token);
        await using var account = await TestAccount.StartAsync(store, ClockSpeed, Token);
        await using var receiver = await OtlpReceiver.StartAsync(Token);
        await using var redis = await RedisProcess.StartAsync(folder.In("redis"), cancellationToken: Token);
        var applied = await AppliedAsync(folder, bucket, account, receiver);
        await using var cluster = new ClusterSite(folder.In("cluster"), [Definitions.Write(folder.Path)], silos: 2, redis.Connection);
        foreach (var (name, value) in applied.Environment)
        {
            cluster.Environment[name] = value;
        }

        await cluster.StartAsync(Token);
        await Fact.AwaitAsync(
            async () => (await Task.WhenAll(cluster.Silos.Select(silo => silo.IsReadyAsync(Token)))).All(ready => ready), TestAccount.Patience, Token, () => cluster.DescribeAsync(Token));

        // Whoever claims a file reads it: one after the other, until that is the silo that does not deliver.
        for (var i = 1; i <= MostFiles; i++)
        {
            var name = string.Create(CultureInfo.InvariantCulture, $"{i}.csv");
            Directory.CreateDirectory(cluster.Landing("customer"));
            var hidden = Path.Combine(cluster.Landing("customer"), $".{name}.tmp");
            await File.WriteAllBytesAsync(hidden, Encoding.UTF8.GetBytes($"customer_id,updated_at,op,first_name\n{i},2025-01-01T00:00:00Z,u,Ada\n"), Token);
            File.Move(hidden, Path.Combine(cluster.Landing("customer"), name));
            var trace = await TraceAsync(receiver, name);

            var hops = Hops.Select(hop => Assert.Single(trace, span => span.Name == hop)).ToList();
            Assert.All(hops.Zip(hops.Skip(1)), pair => Assert.InRange(pair.Second.Start - pair.First.End, -Microsecond, Microsecond));
            var delivering = Instance(trace.Single(span => span.Name == "load objects"));
            Assert.All(hops.Skip(1), hop => Assert.Equal(delivering, Instance(hop)));
            Assert.Equal(Instance(trace.Single(span => span.Name == "process customer")), Instance(hops[0]));
            if (Instance(hops[0]) != delivering)
            {
                return;
            }
        }

        Assert.Fail($"Each of {MostFiles} files was read by the silo that delivers.");
    }

    private static string Instance(ReceivedSpan span) => span.Resource["service.instance.id"];

    /// <summary>A site whose account has all it needs, and which exports all its traces.</summary>
    private static async Task<Site> AppliedAsync(TestFolder folder, TestBucket bucket, TestAccount account, OtlpReceiver receiver)
    {
        var site = new Site(folder.In("data"), Definitions.Write(folder.Path));
        foreach (var (name, value) in receiver.Environment.Concat(bucket.Environment()))
        {
            site.Environment[name] = value;
        }

        site.Environment["CUSTOMERTRACK_Telemetry__TraceRatio"] = "1";
        site.Environment["CUSTOMERTRACK_Warehouse__MergeAfterAge"] = "00:00:00.200";
        site.Environment["CUSTOMERTRACK_Snowflake__Enabled"] = "true";
        site.Environment["CUSTOMERTRACK_Snowflake__NotifyInterval"] = "00:00:00.100";
        site.Environment["CUSTOMERTRACK_Snowflake__ConfirmInterval"] = TestAccount.IsReal ? "00:00:10" : "00:00:00.500";
        await account.ApplyAsync(site, Token);
        return site;
    }

    /// <summary>The spans of a file's trace, once the last of them has come in.</summary>
    private static async Task<IReadOnlyList<ReceivedSpan>> TraceAsync(OtlpReceiver receiver, string file)
    {
        IReadOnlyList<ReceivedSpan> trace = [];
        await Fact.AwaitAsync(
            () =>
            {
                var spans = receiver.Spans;
                var first = spans.FirstOrDefault(span => span.Attributes.GetValueOrDefault("file.name") == file);
                trace = first is null ? [] : [.. spans.Where(span => span.Trace == first.Trace)];
                return trace.Any(span => span.Name == Hops[^1]) && trace.Any(span => span.Name == "merge") && trace.Any(span => span.Name == "process customer");
            },
            TestAccount.Patience,
            Token,
            () => Task.FromResult(string.Join('\n', trace)));
        return trace;
    }
}
