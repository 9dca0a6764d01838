using CustomerTrack.Dimensions;
using CustomerTrack.Emit;
using CustomerTrack.Lake;
using CustomerTrack.Naive;
using CustomerTrack.Records;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace CustomerTrack.Tests.Emit;

public sealed class DeltaWriterTests
{
    private readonly DimensionDefinition _dimension = new TestDimensions().Full;
    private readonly MemoryStateStore _store = new();
    private readonly MemoryLake _lake = new();
    private readonly FakeTimeProvider _time = new();
    private readonly LoadedAtOnce _loads = new();
    private readonly EmitOptions _options = new() { MaxObjectAge = TimeSpan.FromMinutes(1), MaxRowsPerObject = 3 };
    private long _revision;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_first_delta_after_a_quiet_time_does_not_wait_and_the_next_waits_for_the_age()
    {
        await using var writer = await WriterAsync(_time);
        var first = await writer.AppendAsync(Deltas(1), Cancellation);
        await first.WaitAsync(Cancellation);

        var second = await writer.AppendAsync(Deltas(1), Cancellation);
        var third = await writer.AppendAsync(Deltas(1), Cancellation);
        _time.Advance(_options.MaxObjectAge - TimeSpan.FromMilliseconds(1));
        Assert.False(second.IsCompleted);

        _time.Advance(TimeSpan.FromMilliseconds(1));
        Assert.Same(await second.WaitAsync(Cancellation), await third.WaitAsync(Cancellation));
        Assert.Equal([1, 2], _lake.Objects.Select(o => o.Length));
    }

    [Fact]
    public async Task Enough_rows_close_an_object_before_its_age_and_a_batch_is_never_split()
    {
        await using var writer = await WriterAsync(_time);
        await (await writer.AppendAsync(Deltas(1), Cancellation)).WaitAsync(Cancellation);

        var second = await writer.AppendAsync(Deltas(2), Cancellation);
        var third = await writer.AppendAsync(Deltas(2), Cancellation);

        Assert.Same(await second.WaitAsync(Cancellation), await third.WaitAsync(Cancellation));
        Assert.Equal([1, 4], _lake.Objects.Select(o => o.Length));
        Assert.Equal(_lake.Objects.Count, _loads.Announced.Count);
    }

    [Fact]
    public async Task A_lake_that_fails_is_tried_again_until_every_delta_is_in_it()
    {
        var faults = new Queue<Fault>([Fault.Before, Fault.Before, Fault.After, Fault.Before]);
        var failures = new List<string?>();
        DeltaWriter? writer = null;
        _lake.WriteFault = () =>
        {
            failures.Add(writer!.Failure);
            return faults.TryDequeue(out var fault) ? fault : Fault.None;
        };
        await using (writer = await WriterAsync(new HurriedTime()))
        {
            var batches = Enumerable.Range(0, 10).Select(i => Deltas(1 + (i % 3))).ToList();
            foreach (var batch in batches)
            {
                await (await writer.AppendAsync(batch, Cancellation)).WaitAsync(Cancellation);
            }

            var there = _lake.Deltas.Select(d => d.Revision).ToList();
            Assert.Equal(batches.SelectMany(b => b).Select(d => d.Revision), there.Distinct().Order());

            // Only the try that went through unnoticed is in the lake twice.
            Assert.Equal(batches[0].Count, there.Count - there.Distinct().Count());
            Assert.Equal(_lake.Objects.Count - 1, _loads.Announced.Count);
            Assert.Null(failures[0]);
            Assert.All(failures[1..5], Assert.NotNull);
            Assert.Null(writer.Failure);
        }
    }

    [Fact]
    public async Task Who_emits_faster_than_the_lake_takes_has_to_wait()
    {
        var gate = new TaskCompletionSource();
        _lake.Gate = gate.Task;
        await using var writer = await WriterAsync(_time);
        var durable = new List<Task<LakeObject>> { await writer.AppendAsync(Deltas(1), Cancellation) };
        await _lake.Tried.Task.WaitAsync(Cancellation);

        ValueTask<Task<LakeObject>> next;
        while ((next = writer.AppendAsync(Deltas(1), Cancellation)).IsCompleted)
        {
            durable.Add(await next);
            Assert.True(durable.Count < 100, "A writer whose lake hangs takes deltas without end.");
        }

        Assert.All(durable, task => Assert.False(task.IsCompleted));
        gate.SetResult();
        durable.Add(await next);
        writer.Hurry();
        await Task.WhenAll(durable).WaitAsync(Cancellation);
        Assert.Equal(durable.Count, _lake.Deltas.Count());
    }

    [Fact]
    public async Task In_a_hurry_nothing_waits_for_more()
    {
        await using var writer = await WriterAsync(_time);
        await (await writer.AppendAsync(Deltas(1), Cancellation)).WaitAsync(Cancellation);
        var waiting = await writer.AppendAsync(Deltas(1), Cancellation);

        writer.Hurry();

        await waiting.WaitAsync(Cancellation);
        await (await writer.AppendAsync(Deltas(1), Cancellation)).WaitAsync(Cancellation);
    }

    [Fact]
    public async Task Finishing_writes_what_was_taken_and_takes_no_more()
    {
        await using var writer = await WriterAsync(_time);
        await (await writer.AppendAsync(Deltas(1), Cancellation)).WaitAsync(Cancellation);
        var waiting = await writer.AppendAsync(Deltas(1), Cancellation);

        await writer.FinishAsync(Cancellation);

        Assert.True(waiting.IsCompletedSuccessfully);
        await Assert.ThrowsAnyAsync<Exception>(async () => await writer.AppendAsync(Deltas(1), Cancellation));
    }

    [Theory]
    [InlineData(Fault.Before)]
    [InlineData(Fault.After)]
    public async Task When_time_is_up_deltas_that_could_not_be_written_are_given_back_as_not_durable(Fault fault)
    {
        var gate = new TaskCompletionSource();
        _lake.Gate = gate.Task;
        _lake.WriteFault = () => fault;
        await using var writer = await WriterAsync(_time);
        var writing = await writer.AppendAsync(Deltas(1), Cancellation);
        await _lake.Tried.Task.WaitAsync(Cancellation);
        var waiting = await writer.AppendAsync(Deltas(1), Cancellation);

        var finished = writer.FinishAsync(new CancellationToken(canceled: true));
        gate.SetResult();
        await finished;

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => writing.WaitAsync(Cancellation));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting.WaitAsync(Cancellation));
    }

    private async Task<DeltaWriter> WriterAsync(TimeProvider time)
    {
        var names = new FileNames(_store);
        await names.PutAsync(1, "one.csv", Cancellation);
        return new(_dimension, _lake, names, _options, time, _loads.Enqueue, NullLogger.Instance);
    }

    private List<Delta> Deltas(int count) => [.. Enumerable.Range(0, count).Select(_ => new Delta
    {
        Key = SaidEncoding.Key,
        ValidFrom = ++_revision,
        Revision = _revision,
        RecordedAt = 1,
        File = 1,
        Row = 1,
        Content = SaidEncoding.Content(_dimension, new Said(1, 0, IsDelete: false, ["a", null, null, null, null])),
    })];
}
