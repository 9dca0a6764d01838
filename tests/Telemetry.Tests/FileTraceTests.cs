using System.Text;
using CustomerTrack.Harness;

namespace CustomerTrack.Telemetry;

/// <summary>What a real process exports about its landing files, decoded from what it sends.</summary>
public sealed class FileTraceTests
{
    private const int Client = 3;
    private const int Server = 2;

    // Spans count in 100 ns, and none is shorter than that.
    private const long Tick = 100;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Every_hop_of_a_file_is_in_its_trace_and_their_times_add_up_to_the_files()
    {
        await using var traced = await TracedSite.CreateAsync(Token);
        await using var service = await traced.Site.ServeAsync(Token);
        traced.Site.Land("one.csv", TracedSite.File(200, version: 1));

        var trace = await traced.TraceOfAsync("one.csv", Token);

        var file = Assert.Single(trace, span => span.Parent.Length == 0);
        Assert.Equal("process customer", file.Name);
        Assert.Equal("200", file.Attributes["customertrack.rows.accepted"]);
        Assert.Equal("queryable", file.Attributes["customertrack.outcome"]);
        Assert.All(trace.Where(span => span != file), span => Assert.Contains(trace, parent => parent.Id == span.Parent));
        MustJoin(file, [.. Hops(trace, file, "wait claim", "wait read", "batch", "archive", "wait queryable")]);
        var batch = Child(trace, file, "batch");
        var detect = Child(trace, batch, "detect");
        MustJoin(batch, [.. Hops(trace, batch, "gather", "wait place", "detect", "wait lake", "put object")]);
        var put = Child(trace, batch, "put object");
        Assert.StartsWith("customer/date=", put.Attributes["customertrack.object"], StringComparison.Ordinal);
        Assert.Empty(put.Links);
        MustJoin(null, put, Child(trace, file, "wait load"), Child(trace, file, "load objects"), Child(trace, file, "wait merge"), Child(trace, file, "merge"));
        Assert.InRange(Child(trace, file, "parse").End, Child(trace, file, "wait read").End, batch.End);

        var calls = trace.Where(span => span.Parent == detect.Id).ToList();
        Assert.Equal(4, calls.Count);
        Assert.Equal(200, calls.Sum(call => int.Parse(call.Attributes["messaging.batch.message_count"])));
        Assert.All(calls, call => MustBeTheCallOfAShard(trace, detect, call));
    }

    [Fact]
    public async Task Files_that_share_a_batch_and_an_object_have_each_hop_in_their_own_trace_and_links_to_the_shared_work()
    {
        await using var traced = await TracedSite.CreateAsync(Token);
        string[] files = ["a.csv", "b.csv", "c.csv"];
        foreach (var (name, version) in files.Select((name, i) => (name, i + 1)))
        {
            // There when the service starts, so that it takes them together.
            traced.Site.Land(name, TracedSite.File(20, version));
        }

        await using var service = await traced.Site.ServeAsync(Token);
        var traces = new List<IReadOnlyList<ReceivedSpan>>();
        foreach (var file in files)
        {
            traces.Add(await traced.TraceOfAsync(file, Token));
        }

        Assert.Equal(3, traces.Select(trace => trace[0].Trace).Distinct().Count());
        foreach (var name in (string[])["detect", "put object", "load objects", "merge"])
        {
            var own = traces.ConvertAll(trace => Assert.Single(trace, span => span.Name == name));
            var shared = Assert.Single(traced.Receiver.Spans, span => span.Name == name && span.Parent.Length == 0);
            Assert.All(own, span => Assert.Equal([shared.Id], span.Links));
            Assert.All(own, span => Assert.Equal((shared.Start, shared.End), (span.Start, span.End)));
            var linked = name == "detect" ? own.Select(span => span.Id) : own.Select(span => span.Parent);
            Assert.Equal(linked.Order(StringComparer.Ordinal), shared.Links.Order(StringComparer.Ordinal));
        }

        var detect = Assert.Single(traced.Receiver.Spans, span => span.Name == "detect" && span.Parent.Length == 0);
        var shards = traced.Receiver.Spans.Where(span => span.Trace == detect.Trace).ToList();
        Assert.Equal(4, shards.Count(span => span.Parent == detect.Id));
        Assert.All(shards.Where(span => span.Parent == detect.Id), call => MustBeTheCallOfAShard(shards, detect, call));
        Assert.All(traces, trace => MustJoin(trace.Single(span => span.Parent.Length == 0), [.. Hops(trace, trace.Single(span => span.Parent.Length == 0), "wait claim", "wait read", "batch", "archive", "wait queryable")]));
    }

    [Fact]
    public async Task Some_changes_of_a_batch_are_told_by_row_and_shard_until_they_are_queryable_and_are_linked_to_it()
    {
        await using var traced = await TracedSite.CreateAsync(Token);
        await using var service = await traced.Site.ServeAsync(Token);
        traced.Site.Land("new.csv", TracedSite.File(200, version: 1));
        await traced.TraceOfAsync("new.csv", Token);
        traced.Site.Land("same.csv", TracedSite.File(200, version: 1));
        await service.DrainAsync(TimeSpan.FromMinutes(1), Token);
        traced.Site.Land("changed.csv", TracedSite.File(200, version: 2));

        await traced.TraceOfAsync("changed.csv", Token);

        // Everything is exported before a process ends.
        await service.StopAsync(Token);
        var trace = await traced.TraceOfAsync("changed.csv", Token);

        var file = Assert.Single(trace, span => span.Parent.Length == 0);
        var batch = Child(trace, file, "batch");
        var changes = trace.Where(span => span.Name == "change").ToList();
        Assert.Equal(4, changes.Count);
        Assert.Equal(4, changes.Select(change => change.Attributes["customertrack.file.row"]).Distinct().Count());
        var calls = trace.Where(span => span.Parent == Child(trace, batch, "detect").Id).Select(call => call.Attributes["customertrack.shard"]).ToList();
        Assert.All(changes, change =>
        {
            Assert.Equal((file.Id, file.Start), (change.Parent, change.Start));
            Assert.Equal([batch.Id], change.Links);
            Assert.InRange(int.Parse(change.Attributes["customertrack.file.row"]), 1, 200);
            Assert.Contains(change.Attributes["customertrack.shard"], calls);
            Assert.InRange(change.End, Child(trace, file, "load objects").End, long.MaxValue);

            // A second of 2025 is its own time.
            var own = new DateTimeOffset(2025, 1, 2, 0, 0, 0, TimeSpan.Zero).ToUnixTimeMilliseconds() / 1000.0;
            Assert.InRange(double.Parse(change.Attributes["customertrack.change.latency"], System.Globalization.CultureInfo.InvariantCulture) + own - (change.End / 1e9), -0.001, 0.001);
        });

        // What changed nothing is not told as a change.
        Assert.Equal(8, traced.Receiver.Spans.Count(span => span.Name == "change"));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Customers_that_get_their_grains_have_spans_only_if_that_is_asked_for_and_none_lacks_what_it_belongs_to(bool grainCalls)
    {
        await using var traced = await TracedSite.CreateAsync(Token);
        traced.Site.Environment["CUSTOMERTRACK_Telemetry__GrainCalls"] = grainCalls.ToString();
        await using var service = await traced.Site.ServeAsync(Token);
        traced.Site.Land("new.csv", TracedSite.File(50, version: 1));
        await service.DrainAsync(TimeSpan.FromMinutes(1), Token);
        traced.Site.Land("known.csv", TracedSite.File(50, version: 2));
        await traced.TraceOfAsync("known.csv", Token);

        // Everything is exported before a process ends.
        await service.StopAsync(Token);
        var trace = await traced.TraceOfAsync("known.csv", Token);

        var ofOrleans = trace.Where(span => span.Source.StartsWith("Microsoft.Orleans.", StringComparison.Ordinal)).ToList();
        Assert.Equal(grainCalls ? 50 : 0, ofOrleans.Count(span => span.Name == "execute OnActivateAsync"));
        Assert.Equal(grainCalls, ofOrleans.Count > 0);
        Assert.All(trace.Where(span => span.Name != "process customer"), span => Assert.True(trace.Any(parent => parent.Id == span.Parent), $"{span} belongs to nothing: {string.Join(", ", span.Attributes)}"));
    }

    [Fact]
    public async Task A_file_that_is_read_again_after_a_crash_is_a_part_of_its_producers_trace_again()
    {
        const string Trace = "0af7651916cd43dd8448eb211c80319d";
        await using var traced = await TracedSite.CreateAsync(Token);
        traced.Site.Environment["CUSTOMERTRACK_Telemetry__TraceRatio"] = "0";

        // A file in the place of the archive: what is read stays claimed.
        var archive = Path.Combine(traced.Site.Data, "archive", "customer");
        await using (var killed = await traced.Site.ServeAsync(Token))
        {
            Directory.Delete(archive);
            await File.WriteAllTextAsync(archive, "", Token);
            traced.Site.Land("again.csv.traceparent", Encoding.UTF8.GetBytes($"00-{Trace}-b7ad6b7169203331-01\n"));
            traced.Site.Land("again.csv", TracedSite.File(5, version: 1));
            await Fact.AwaitAsync(() => traced.Site.Claimed.Any(), TimeSpan.FromMinutes(1), Token);
            await killed.Process.KillAsync();
        }

        File.Delete(archive);
        await using var service = await traced.Site.ServeAsync(Token);

        var spans = await traced.TraceOfAsync("again.csv", Token);

        var file = Assert.Single(spans, span => span.Name == "process customer");
        Assert.Equal((Trace, "b7ad6b7169203331", "true"), (file.Trace, file.Parent, file.Attributes["customertrack.redelivered"].ToLowerInvariant()));
        Assert.Contains(spans, span => span.Name == "merge");
    }

    [Fact]
    public async Task A_producers_context_decides_whether_a_file_is_traced_and_where_and_one_that_is_none_is_counted()
    {
        const string Trace = "0af7651916cd43dd8448eb211c80319c";
        await using var traced = await TracedSite.CreateAsync(Token);
        traced.Site.Environment["CUSTOMERTRACK_Telemetry__TraceRatio"] = "0";
        await using var service = await traced.Site.ServeAsync(Token);
        traced.Site.Land("sampled.csv.traceparent", Encoding.UTF8.GetBytes($"00-{Trace}-b7ad6b7169203331-01\n"));
        traced.Site.Land("sampled.csv", TracedSite.File(5, version: 1));
        traced.Site.Land("unsampled.csv.traceparent", Encoding.UTF8.GetBytes($"00-{Trace}-b7ad6b7169203332-00"));
        traced.Site.Land("unsampled.csv", TracedSite.File(5, version: 2));
        traced.Site.Land("wrong.csv.traceparent", "00-nothing"u8);
        traced.Site.Land("wrong.csv", TracedSite.File(5, version: 3));
        using var posted = new StringContent("""{"customer_id":"9","first_name":"Eve","updated_at":"2025-01-01T00:00:00Z"}""", Encoding.UTF8, "application/x-ndjson");
        using var request = new HttpRequestMessage(HttpMethod.Post, "api/customer") { Content = posted };
        request.Headers.Add("traceparent", $"00-{Trace}-b7ad6b7169203333-01");
        (await service.Http.SendAsync(request, Token)).EnsureSuccessStatusCode();

        await traced.TraceOfAsync("sampled.csv", Token);
        await Fact.AwaitAsync(() => traced.Receiver.Spans.Count(span => span.Name == "process customer") >= 2, TimeSpan.FromMinutes(1), Token);
        await service.DrainAsync(TimeSpan.FromMinutes(1), Token);
        var metrics = await service.Http.GetStringAsync("metrics", Token);
        await service.StopAsync(Token);

        // Everything is exported before a process ends.
        var files = traced.Receiver.Spans.Where(span => span.Name == "process customer").ToList();
        Assert.Equal(["b7ad6b7169203331", "b7ad6b7169203333"], files.Select(file => file.Parent).Order(StringComparer.Ordinal));
        Assert.All(files, file => Assert.Equal(Trace, file.Trace));
        Assert.Contains("customertrack_ingest_traceparent_invalid_total", metrics, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFiles(traced.Site.Landing));
    }

    private static void MustBeTheCallOfAShard(IReadOnlyList<ReceivedSpan> trace, ReceivedSpan detect, ReceivedSpan call)
    {
        Assert.Equal(("ct.IShardGrain/Apply", Client), (call.Name, call.Kind));
        MustBeWithin(detect, call);
        var shard = Assert.Single(trace, span => span.Parent == call.Id && span.Kind == Server);
        Assert.Equal(call.Name, shard.Name);
        MustBeWithin(call, Child(trace, call, "wait shard"));
        MustBeWithin(call, shard);
        ReceivedSpan[] steps = [.. Hops(trace, shard, "read states", "fold customers", "write states")];
        Assert.All(steps, step => MustBeWithin(shard, step));
        Assert.All(steps.Zip(steps.Skip(1)), pair => Assert.True(pair.First.End <= pair.Second.Start + Tick));
        var commit = Child(trace, steps[^1], "commit rocksdb");
        Assert.Equal("rocksdb", commit.Attributes["db.system.name"]);
        MustJoin(null, Child(trace, steps[^1], "wait commit"), commit);
    }

    /// <summary>Each begins where the one before ended; together they are the whole, where there is one.</summary>
    private static void MustJoin(ReceivedSpan? whole, params IReadOnlyList<ReceivedSpan> hops)
    {
        Assert.All(hops.Zip(hops.Skip(1)), pair => Assert.InRange(pair.Second.Start - pair.First.End, -Tick, Tick));
        if (whole is not null)
        {
            Assert.InRange(hops[0].Start - whole.Start, -Tick, Tick);
            Assert.InRange(hops.Sum(hop => hop.Duration) - whole.Duration, -Tick * hops.Count, Tick * hops.Count);
        }
    }

    // Two clocks that count the same time may differ by a little.
    private static void MustBeWithin(ReceivedSpan outer, ReceivedSpan inner)
    {
        const long Millisecond = 1_000_000;
        Assert.InRange(inner.Start, outer.Start - Millisecond, outer.End + Millisecond);
        Assert.InRange(inner.End, outer.Start - Millisecond, outer.End + Millisecond);
    }

    private static IEnumerable<ReceivedSpan> Hops(IReadOnlyList<ReceivedSpan> trace, ReceivedSpan parent, params IEnumerable<string> names) =>
        names.Select(name => Child(trace, parent, name));

    private static ReceivedSpan Child(IReadOnlyList<ReceivedSpan> trace, ReceivedSpan parent, string name) =>
        Assert.Single(trace, span => span.Parent == parent.Id && span.Name == name);
}
