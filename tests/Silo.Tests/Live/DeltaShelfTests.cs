using CustomerTrack.Cluster;
using CustomerTrack.Records;
using Microsoft.Extensions.Time.Testing;

namespace CustomerTrack.Live;

/// <summary>What a silo keeps of its deltas for silos where somebody watches.</summary>
public sealed class DeltaShelfTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    private readonly FakeTimeProvider _time = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Who_asks_gets_what_came_after_it_asked_first_and_who_joins_everything_since_the_start()
    {
        var shelf = new DeltaShelf(_time);
        shelf.Add([Numbered(1)]);
        var place = await AskAsync(shelf, after: null);
        Assert.Equal((1L, 0L, 0), (place.Last, place.Forgotten, place.Batches.Length));

        var waiting = shelf.ReadAsync(place.Last, Patience, Cancellation);
        Assert.False(waiting.IsCompleted);
        shelf.Add([Numbered(2), Numbered(3)]);
        var answer = await waiting.WaitAsync(TimeSpan.FromSeconds(30), Cancellation);
        Assert.Equal((2L, "2, 3"), (answer.Last, Text(answer)));

        shelf.Add([Numbered(4)]);
        Assert.Equal("1; 2, 3; 4", Text(await AskAsync(shelf, after: 0)));
        Assert.Equal("4", Text(await AskAsync(shelf, after: 2)));
    }

    [Fact]
    public async Task Who_waits_in_vain_is_answered_all_the_same()
    {
        var shelf = new DeltaShelf(_time);
        var waiting = shelf.ReadAsync(0, Patience, Cancellation);
        _time.Advance(Patience);

        var answer = await waiting.WaitAsync(TimeSpan.FromSeconds(30), Cancellation);
        Assert.Equal((0L, 0L, 0), (answer.Last, answer.Forgotten, answer.Batches.Length));
    }

    [Fact]
    public async Task Nothing_is_kept_while_nobody_asks_and_whoever_comes_back_is_told_how_much_is_missing()
    {
        var shelf = new DeltaShelf(_time);
        shelf.Add([Numbered(1)]);
        _time.Advance(DeltaShelf.Interest + TimeSpan.FromSeconds(1));
        shelf.Add([Numbered(2)]);
        shelf.Add([Numbered(3)]);

        var answer = await AskAsync(shelf, after: 1);
        Assert.Equal((3L, 2L, 0), (answer.Last, answer.Forgotten, answer.Batches.Length));
        shelf.Add([Numbered(4)]);
        Assert.Equal("4", Text(await AskAsync(shelf, after: answer.Last)));
    }

    [Fact]
    public async Task What_it_keeps_and_what_it_answers_at_once_is_bounded_and_nothing_is_missing_unsaid()
    {
        var shelf = new DeltaShelf(_time);
        var content = new byte[400_000];
        for (var i = 1; i <= 200; i++)
        {
            shelf.Add([Numbered(i) with { Content = content }]);
        }

        var (place, given, forgotten) = (0L, 0, 0L);
        while (place < 200)
        {
            var answer = await AskAsync(shelf, place);
            Assert.InRange(answer.Batches.Length, 1, 3);
            Assert.Equal(answer.Batches.Last()[0].Revision, answer.Last);
            (place, given, forgotten) = (answer.Last, given + answer.Batches.Length, forgotten + answer.Forgotten);
        }

        Assert.Equal(200, given + forgotten);
        Assert.InRange(given, 70, (int)(DeltaShelf.MaxBytes / content.Length));
    }

    private static Task<SiloDeltas> AskAsync(DeltaShelf shelf, long? after) => shelf.ReadAsync(after, Patience, Cancellation).WaitAsync(TimeSpan.FromSeconds(30), Cancellation);

    private static string Text(SiloDeltas answer) => string.Join("; ", answer.Batches.Select(batch => string.Join(", ", batch.Select(delta => delta.Revision))));

    private static Delta Numbered(long number) => new() { Key = "k", ValidFrom = number, Revision = number, RecordedAt = 0, File = 1, Row = number };
}
