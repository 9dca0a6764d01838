using System.Diagnostics;
using CustomerTrack.Dimensions;
using CustomerTrack.Lake;
using CustomerTrack.Snowflake;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace CustomerTrack.Warehouse.Tests;

/// <summary>What a delivery tells in the traces of landing files, on a clock that only the test moves.</summary>
public sealed class DeliveryTracesTests : IDisposable
{
    private static readonly SnowflakeOptions Options = new();
    private static readonly DimensionDefinition Dimension = TestDimensions.Customer();

    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 1, 31, 12, 0, 0, TimeSpan.Zero));
    private readonly RecordedSpans _spans = new();
    private readonly StagedLake _lake = new();
    private readonly SmallSnowflake _snowflake;
    private DimensionDelivery _delivery;

    public DeliveryTracesTests()
    {
        _snowflake = new(Dimension, _time.GetUtcNow);
        _delivery = Start();
    }

    [Fact]
    public async Task Every_hop_to_the_tables_is_in_the_trace_of_each_file_and_what_was_done_together_is_linked()
    {
        ActivityContext[] files = [RecordedSpans.NewFile(), RecordedSpans.NewFile()];
        var written = Write(files);
        Write(files[1..]);

        await RunAsync(TimeSpan.FromMinutes(5));

        var announced = _spans.Of(files[0]).Single(span => span.OperationName == "announce");
        Assert.Equal(ActivityKind.Client, announced.Kind);
        Assert.Equal(("snowflake", "insertFiles", 2), (announced.GetTagItem("db.system.name"), announced.GetTagItem("db.operation.name"), announced.GetTagItem("db.operation.batch.size")));
        var shared = _spans.Shared(Assert.Single(announced.Links).Context.SpanId);
        Assert.Equal(files.Select(file => file.SpanId.ToHexString()).Order(StringComparer.Ordinal), shared.Links.Select(link => link.Context.SpanId.ToHexString()).Order(StringComparer.Ordinal));
        MustFollow(_spans.Of(files[0]), written, "wait announce", "announce", "wait snowpipe", "wait snowflake merge");
        Assert.All(_spans.Of(files[0]), span => Assert.Equal(ActivityStatusCode.Unset, span.Status));

        // The other one has rows in both objects, which were announced together.
        Assert.Equal(
            ["announce", "wait announce", "wait announce", "wait snowflake merge", "wait snowflake merge", "wait snowpipe", "wait snowpipe"],
            _spans.Of(files[1]).Select(span => span.OperationName).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Of_an_outage_the_first_failure_is_told_and_then_the_wait()
    {
        var file = RecordedSpans.NewFile();
        await RunAsync(TimeSpan.FromMinutes(1));
        _snowflake.IsAway = true;
        var written = Write([file]);
        await RunAsync(TimeSpan.FromHours(6));
        _snowflake.IsAway = false;
        await RunAsync(TimeSpan.FromMinutes(5));

        var spans = _spans.Of(file);
        MustFollow(spans, written, "wait announce", "announce", "wait announce", "announce", "wait snowpipe", "wait snowflake merge");
        Assert.Equal(typeof(SnowflakeException).FullName, spans[1].GetTagItem("error.type"));
        Assert.InRange(spans[2].Duration, TimeSpan.FromHours(5), TimeSpan.FromHours(7));
        Assert.Equal([ActivityStatusCode.Error], spans.Select(span => span.Status).Where(status => status != ActivityStatusCode.Unset));
    }

    [Fact]
    public async Task What_Snowpipe_forgets_is_told_until_its_redelivery_is_merged()
    {
        var file = RecordedSpans.NewFile();
        _snowflake.LosesAnnouncements = true;
        var written = Write([file]);
        await RunAsync(2.5 * Options.RedeliverAfter);
        _snowflake.LosesAnnouncements = false;
        await RunAsync(2 * Options.RedeliverAfter);

        var spans = _spans.Of(file);
        MustFollow(
            spans,
            written,
            "wait announce", "announce", "wait snowpipe", "announce", "wait snowpipe", "redeliver object", "wait announce", "announce", "wait snowpipe", "announce", "wait snowpipe", "wait snowflake merge");
        Assert.Equal(3, spans.Count(span => Equals(span.GetTagItem("error.type"), "timeout")));
        Assert.EndsWith(".r1.parquet", (string)spans[^1].GetTagItem("customertrack.object")!, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Where_the_buckets_events_announce_the_wait_for_the_pipe_lasts_until_the_rows_are_in_the_tables()
    {
        var file = RecordedSpans.NewFile();
        _delivery = new(Dimension, _lake, _snowflake, snowpipe: null, Options, 100, _time, NullLogger.Instance);
        var written = Write([file]);
        await _snowflake.InsertFilesAsync("pipe", [new(written.Name["dimension=customer/".Length..], written.Bytes)], TestContext.Current.CancellationToken);

        await RunAsync(TimeSpan.FromMinutes(5));

        MustFollow(_spans.Of(file), written, "wait snowpipe");
    }

    [Fact]
    public async Task Objects_that_a_restart_finds_in_the_lake_are_told_of_no_more()
    {
        var file = RecordedSpans.NewFile();
        Write([file]);
        _delivery = Start();

        await RunAsync(TimeSpan.FromMinutes(5));

        Assert.Single(_snowflake.Ledger);
        Assert.Empty(_spans.Of(file));
    }

    [Fact]
    public async Task A_backlog_is_told_of_as_far_as_memory_is_meant_for_it()
    {
        var many = Enumerable.Range(0, DeliveryTraces.MostFiles).Select(_ => RecordedSpans.NewFile()).ToArray();
        ActivityContext[] later = [RecordedSpans.NewFile(), RecordedSpans.NewFile()];
        Write(many);
        Write(later[..1]);
        await RunAsync(TimeSpan.FromMinutes(5));
        Write(later[1..]);
        await RunAsync(TimeSpan.FromMinutes(5));

        Assert.Equal(4, _spans.Of(many[^1]).Count);
        Assert.Empty(_spans.Of(later[0]));
        Assert.Equal(4, _spans.Of(later[1]).Count);
    }

    public void Dispose()
    {
        _spans.Dispose();
        _snowflake.Dispose();
    }

    private DimensionDelivery Start() => new(Dimension, _lake, _snowflake, _snowflake, Options, 100, _time, NullLogger.Instance);

    private LakeObject Write(ActivityContext[] files)
    {
        var written = _lake.Write(_time.GetUtcNow(), rows: 5) with { Origin = new() { WrittenAt = _time.GetUtcNow(), Files = files } };
        _delivery.Add(written);
        _time.Advance(TimeSpan.FromMilliseconds(300));
        return written;
    }

    private void MustFollow(IReadOnlyList<Activity> spans, LakeObject written, params IReadOnlyList<string> names)
    {
        Assert.Equal(names, spans.Select(span => span.OperationName));
        Assert.Equal(written.Origin!.WrittenAt.UtcDateTime, spans[0].StartTimeUtc);
        // A span lasts a tick at least.
        Assert.All(spans.Zip(spans.Skip(1)), pair => Assert.InRange((pair.Second.StartTimeUtc - pair.First.StartTimeUtc - pair.First.Duration).Ticks, -1, 0));
        Assert.InRange(spans[^1].StartTimeUtc + spans[^1].Duration, _snowflake.Ledger.Values.Max(entry => entry.At).UtcDateTime, _time.GetUtcNow().UtcDateTime);
    }

    private async Task RunAsync(TimeSpan duration)
    {
        var end = _time.GetUtcNow() + duration;
        while (_time.GetUtcNow() < end)
        {
            if (_delivery.DueIn is { } due && due <= TimeSpan.Zero)
            {
                await _delivery.StepAsync(_time.GetUtcNow(), TestContext.Current.CancellationToken);
            }

            _snowflake.Load();
            _snowflake.Merge();
            _time.Advance(TimeSpan.FromSeconds(10));
        }
    }
}
