using CustomerTrack.Ingest;
using CustomerTrack.State;

namespace CustomerTrack.Storage;

/// <summary>What every registry must do that several processes share.</summary>
public abstract class FileRegistryCompliance
{
    protected static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    /// <summary>Another process's view of the one registry of the test.</summary>
    protected abstract ValueTask<IFileRegistry> OpenAsync();

    [Fact]
    public async Task Numbers_rise_over_all_processes_and_are_open_when_they_are_given()
    {
        IFileRegistry[] processes = [await OpenAsync(), await OpenAsync()];
        var given = new List<OpenFile>();
        for (var i = 0; i < 20; i++)
        {
            var count = 1 + (i % 3);
            var first = await processes[i % 2].OpenAsync($"silo-{i % 2}", count, Cancellation);
            Assert.True(given.Count == 0 || first > given[^1].Number);
            given.AddRange(Enumerable.Range(0, count).Select(n => new OpenFile(first + n, $"silo-{i % 2}")));
        }

        Assert.Equal(given, await processes[0].ListAsync(Cancellation));
        Assert.Equal(given[0].Number, await processes[1].FloorAsync(Cancellation));
    }

    [Fact]
    public async Task The_floor_is_the_lowest_open_number_or_the_next_one_to_be_given()
    {
        var registry = await OpenAsync();
        var first = await registry.OpenAsync("silo-1", 3, Cancellation);

        await registry.CloseAsync(first + 1, "silo-1", Cancellation);
        Assert.Equal(first, await registry.FloorAsync(Cancellation));
        await registry.CloseAsync(first, "silo-2", Cancellation);
        Assert.Equal(first, await registry.FloorAsync(Cancellation));
        await registry.CloseAsync(first, "silo-1", Cancellation);
        Assert.Equal(first + 2, await registry.FloorAsync(Cancellation));
        await registry.CloseAsync(first + 2, "silo-1", Cancellation);
        Assert.Equal(first + 3, await registry.FloorAsync(Cancellation));
    }

    [Fact]
    public async Task Of_two_that_take_a_file_over_one_gets_it_and_its_former_owner_opens_none_any_more()
    {
        IFileRegistry[] processes = [await OpenAsync(), await OpenAsync()];
        var number = await processes[0].OpenAsync("dead", 2, Cancellation);

        var taken = await Task.WhenAll(Enumerable.Range(0, 6).Select(i => Task.Run(async () => await processes[i % 2].TryTakeOverAsync(number, "dead", $"silo-{i}", Cancellation))));

        Assert.Single(taken, true);
        var owner = $"silo-{Array.IndexOf(taken, true)}";
        Assert.True(await processes[0].TryTakeOverAsync(number, "dead", owner, Cancellation));
        Assert.Equal([new(number, owner), new(number + 1, "dead")], await processes[1].ListAsync(Cancellation));
        await Assert.ThrowsAsync<StateStoreException>(async () => await processes[1].OpenAsync("dead", 1, Cancellation));
        await processes[1].CloseAsync(number, "dead", Cancellation);
        Assert.Equal(number, await processes[1].FloorAsync(Cancellation));
    }

    [Fact]
    public async Task A_file_that_was_closed_is_not_taken_over()
    {
        var registry = await OpenAsync();
        var number = await registry.OpenAsync("dead", 1, Cancellation);
        await registry.CloseAsync(number, "dead", Cancellation);

        Assert.False(await registry.TryTakeOverAsync(number, "dead", "silo-1", Cancellation));
        Assert.Empty(await registry.ListAsync(Cancellation));
    }
}
