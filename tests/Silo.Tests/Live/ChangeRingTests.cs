using CsCheck;
using CustomerTrack.Naive;

namespace CustomerTrack.Live;

/// <summary>What watchers get of a feed that does not wait for them.</summary>
public sealed class ChangeRingTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public void A_watcher_gets_every_change_once_and_in_order_or_is_told_how_many_it_missed() =>
        Gen.Select(Gen.Int[1, 40], Gen.Select(Gen.Int[0, 60], Gen.Int[0, 30]).Array[1, 60]).Sample((capacity, steps) =>
        {
            var ring = new ChangeRing(capacity);
            var (written, next) = (0L, 1L);
            foreach (var (append, read) in steps)
            {
                ring.Append([.. Enumerable.Range(0, append).Select(_ => Numbered(++written))]);
                Assert.Equal(written + 1, ring.Next);
                var page = ring.Read(next, read);
                Assert.Equal(next + page.Missed, page.First);
                Assert.InRange(page.Changes.Count, 0, Math.Min(read, capacity));
                Assert.Equal(Enumerable.Range(0, page.Changes.Count).Select(i => page.First + i), page.Changes.Select(change => change.Revision));

                // It forgets no more than it must.
                Assert.Equal(Math.Max(0, written - capacity - next + 1), page.Missed);
                next = page.First + page.Changes.Count;
            }
        });

    [Fact]
    public void A_gap_has_its_place_between_changes_and_is_told_once()
    {
        var ring = new ChangeRing(4);
        ring.Append([Numbered(1), Numbered(2)]);
        ring.AppendGap("a silo died");
        ring.Append([Numbered(4)]);

        var before = ring.Read(1, 100);
        var gap = ring.Read(before.Next, 100);
        var after = ring.Read(gap.Next, 100);
        Assert.Equal([1L, 2L], before.Changes.Select(change => change.Revision));
        Assert.Equal(("a silo died", 3L, 0), (gap.Gap, gap.First, gap.Changes.Count));
        Assert.Equal([4L], after.Changes.Select(change => change.Revision));
        Assert.Equal((null, 5L), (after.Gap, after.Next));

        // It is forgotten as a change is.
        ring.Append([Numbered(5), Numbered(6), Numbered(7)]);
        var late = ring.Read(1, 100);
        Assert.Equal((null, 4L, 3L), (late.Gap, late.First, late.Missed));
    }

    [Fact]
    public async Task Who_waits_is_woken_by_what_comes_and_by_the_end()
    {
        var ring = new ChangeRing(10);
        var waiting = ring.WaitAsync(1);
        Assert.False(waiting.IsCompleted);

        ring.Append([Numbered(1)]);
        await waiting.WaitAsync(TimeSpan.FromSeconds(10), Cancellation);
        Assert.Single(ring.Read(1, 5).Changes);

        var end = ring.WaitAsync(2);
        ring.Close();
        await end.WaitAsync(TimeSpan.FromSeconds(10), Cancellation);
        Assert.True(ring.Read(2, 5).IsLast);
        Assert.False(ring.Read(1, 5).IsLast);
    }

    [Fact]
    public void What_it_forgot_it_does_not_hold()
    {
        var ring = new ChangeRing(10);
        var held = Fill(ring);

        GC.Collect();

        Assert.Equal(10, held.Count(change => change.IsAlive));
        GC.KeepAlive(ring);
    }

    [Fact]
    public void Long_texts_push_others_out_before_there_are_too_many()
    {
        var column = new Dimensions.Column("text", new(Dimensions.ColumnKind.Text));
        var ring = new ChangeRing(1_000);
        var large = Numbered(1) with { Fields = [new(column, null, new byte[10 * 1024 * 1024])] };
        for (var i = 0; i < 100; i++)
        {
            ring.Append([large]);
            Assert.InRange(ring.Read(1, 1_000).Changes.Sum(change => change.Bytes), 0, ChangeRing.MaxBytes);
        }

        Assert.Equal((94L, 95L), (ring.Read(1, 1_000).Missed, ring.Read(1, 1_000).First));
    }

    [Theory]
    [InlineData("0f3a9c21-1042", true)]
    [InlineData("0f3a9c21-0", true)]
    [InlineData("0f3a9c21-", false)]
    [InlineData("-5", false)]
    [InlineData("1042", false)]
    [InlineData("0F3A9C21-7", false)]
    [InlineData("0f3a9c21--7", false)]
    [InlineData("0f3a9c21-99999999999999999999", false)]
    public void An_id_is_read_as_it_was_written_or_not_at_all(string text, bool isOne)
    {
        Assert.Equal(isOne, ChangeId.TryParse(text, out var id));
        Assert.Equal(isOne ? text : null, id?.ToString());
    }

    [System.Runtime.CompilerServices.MethodImpl(System.Runtime.CompilerServices.MethodImplOptions.NoInlining)]
    private static List<WeakReference> Fill(ChangeRing ring)
    {
        var held = new List<WeakReference>();
        for (var i = 1; i <= 1_000; i++)
        {
            var change = Numbered(i);
            held.Add(new(change));
            ring.Append([change]);
        }

        return held;
    }

    private static Change Numbered(long number) => new()
    {
        Dimension = Generated.Define(ordinal: false, partial: false, keepNull: false), Key = "k", Operation = ChangeOperation.Insert,
        ValidFrom = number, ValidTo = null, Revision = number, RecordedAt = 0, SourceRow = 1, Fields = [],
    };
}
