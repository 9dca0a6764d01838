using System.Diagnostics;
using System.Globalization;
using CustomerTrack.State;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace CustomerTrack.Storage;

public sealed class RocksDbStateStoreTests : StateStoreCompliance
{
    private readonly TempFolder _folder = new();

    protected override ICustomerStateStore Open() => Open(_folder.Of("state"));

    protected override void Close(ICustomerStateStore store) => ((RocksDbStateStore)store).Dispose();

    protected override void Dispose(bool disposing)
    {
        base.Dispose(disposing);
        _folder.Dispose();
    }

    [Fact]
    public void The_number_of_shards_is_fixed_when_the_folder_is_created()
    {
        using (var created = Open(_folder.Of("state"), new() { Shards = 7 }))
        {
            Assert.Equal(7, created.ShardCount);
        }

        using (var unset = Open(_folder.Of("state")))
        {
            Assert.Equal(7, unset.ShardCount);
        }

        var refused = Assert.Throws<OptionsValidationException>(() => Open(_folder.Of("state"), new() { Shards = 64 }));
        Assert.Contains("CustomerTrack:State:Shards is 64", refused.Message, StringComparison.Ordinal);
        Assert.Contains("created with 7 shards", refused.Message, StringComparison.Ordinal);
        using var same = Open(_folder.Of("state"), new() { Shards = 7 });
    }

    [Fact]
    public void A_new_folder_has_64_shards()
    {
        using var store = Open(_folder.Of("state"));

        Assert.Equal(64, store.ShardCount);
    }

    [Fact]
    public async Task A_second_process_is_told_that_the_folder_is_in_use()
    {
        var state = _folder.Of("state");
        using var holder = ChildProcess.Start(StateChild.Argument, "hold", state);
        Assert.Equal("open", await holder.StandardOutput.ReadLineAsync(Cancellation));

        var refused = Assert.Throws<StateStoreException>(() => Open(state));

        Assert.Equal($"The state in '{state}' is in use by another process; only one can have it open.", refused.Message);
        holder.Kill();
        await holder.WaitForExitAsync(Cancellation);
        Open(state).Dispose();
    }

    [Fact]
    public void A_folder_that_cannot_be_made_is_named()
    {
        File.WriteAllText(_folder.Of("file"), "");

        var refused = Assert.Throws<StateStoreException>(() => Open(_folder.Of("file", "state")));

        Assert.Contains(_folder.Of("file", "state"), refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Every_acknowledged_write_survives_kill_9()
    {
        var state = _folder.Of("state");
        var acknowledged = new List<(int Shard, string Key)>();
        var random = new Random(7);
        for (var round = 0; round < 5; round++)
        {
            using var writer = ChildProcess.Start(StateChild.Argument, "write", state);
            var until = acknowledged.Count + random.Next(1, 1500);
            while (await writer.StandardOutput.ReadLineAsync(Cancellation) is { } line)
            {
                // The kill may tear the last line; what is left of it is then not a key.
                if (line.Split(' ') is [var shard, var key] && key.Count(c => c == '-') == 1)
                {
                    acknowledged.Add((int.Parse(shard, CultureInfo.InvariantCulture), key));
                }

                if (acknowledged.Count == until)
                {
                    writer.Kill();
                }
            }

            await writer.WaitForExitAsync(Cancellation);
            using var store = Open(state);
            foreach (var ofShard in acknowledged.GroupBy(row => row.Shard))
            {
                var complete = ofShard.Select(row => row.Key).Where(key => key[^1] != '-').ToArray();
                var keys = complete.SelectMany(key => Enumerable.Range(0, 10).Select(part => $"{key}-{part}")).ToArray();
                var states = await store.GetAsync(new(StateChild.Dimension, ofShard.Key), keys, Cancellation);
                for (var i = 0; i < keys.Length; i++)
                {
                    Assert.True(states[i] is { } found && found.AsSpan().SequenceEqual(StateChild.StateOf(complete[i / 10])), $"Round {round}, shard {ofShard.Key}: {keys[i]} was acknowledged and is gone.");
                }
            }
        }

        Assert.True(acknowledged.Count >= 5);
    }

    [Fact]
    public async Task Closing_finishes_the_writes_that_were_asked_for()
    {
        var store = Open(_folder.Of("state"));
        var shards = Enumerable.Range(0, 64).Select(number => new ShardId("customer", number)).ToArray();
        var epochs = await Task.WhenAll(shards.Select(shard => store.AcquireAsync(shard, Cancellation).AsTask()));
        var writes = shards.Select((shard, i) => store.WriteAsync(shard, epochs[i], [Write("a", "1")], Cancellation).AsTask()).ToArray();

        store.Dispose();

        await Task.WhenAll(writes);
        await Assert.ThrowsAsync<ObjectDisposedException>(async () => await store.WriteAsync(shards[0], epochs[0], [Write("a", "2")], Cancellation));
        await Assert.ThrowsAsync<ObjectDisposedException>(async () => await store.GetAsync(shards[0], ["a"], Cancellation));
        using var again = Open(_folder.Of("state"));
        foreach (var shard in shards)
        {
            Assert.Equal(["1"], await GetAsync(again, shard, "a"));
        }
    }

    [Fact]
    public async Task Closing_ends_a_scan_under_way()
    {
        var store = Open(_folder.Of("state"));
        var shard = new ShardId("customer", 0);
        var epoch = await store.AcquireAsync(shard, Cancellation);
        await store.WriteAsync(shard, epoch, [.. Enumerable.Range(0, 2000).Select(i => Write($"{i}", "1"))], Cancellation);

        var closing = Task.CompletedTask;
        await Assert.ThrowsAsync<ObjectDisposedException>(async () =>
        {
            await foreach (var _ in store.ScanAsync(shard, Cancellation))
            {
                if (closing == Task.CompletedTask)
                {
                    closing = Task.Run(store.Dispose, Cancellation);

                    // Closed to new reads, while this one is still open.
                    SpinWait.SpinUntil(() => IsClosed(store));
                }
            }
        });
        await closing;

        static bool IsClosed(RocksDbStateStore store)
        {
            try
            {
                store.GetAsync(new("customer", 0), ["0"], CancellationToken.None).AsTask().GetAwaiter().GetResult();
                return false;
            }
            catch (ObjectDisposedException)
            {
                return true;
            }
        }
    }

    [Fact]
    public async Task A_log_damaged_before_its_end_is_reported_instead_of_losing_states()
    {
        var state = _folder.Of("state");
        using (var store = Open(state))
        {
            var shard = new ShardId("customer", 0);
            var epoch = await store.AcquireAsync(shard, Cancellation);
            for (var i = 0; i < 100; i++)
            {
                await store.WriteAsync(shard, epoch, [Write($"{i}", new string('x', 1000))], Cancellation);
            }
        }

        var log = Directory.GetFiles(state, "*.log").MaxBy(path => new FileInfo(path).Length)!;
        var bytes = await File.ReadAllBytesAsync(log, Cancellation);
        bytes[bytes.Length / 2] ^= 0xFF;
        await File.WriteAllBytesAsync(log, bytes, Cancellation);

        var refused = Assert.Throws<StateStoreException>(() => Open(state));

        Assert.Contains(state, refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_full_disk_fails_the_callers_and_writes_succeed_again_once_there_is_space()
    {
        var disk = Directory.CreateDirectory(_folder.Of("disk")).FullName;
        Assert.SkipUnless(OperatingSystem.IsLinux() && await RunAsync("mount", "-t", "tmpfs", "-o", "size=48m", "tmpfs", disk) == 0, "A small file system can only be mounted as root on Linux.");
        try
        {
            var ballast = Path.Combine(disk, "ballast");
            await File.WriteAllBytesAsync(ballast, new byte[16 << 20], Cancellation);
            using var store = Open(Path.Combine(disk, "state"), new() { WriteBufferMegabytes = 16 });
            var shard = new ShardId("customer", 0);
            var epoch = await store.AcquireAsync(shard, Cancellation);
            var random = new Random(3);
            var written = 0;
            StateStoreException? full = null;
            while (full is null)
            {
                var state = new byte[100_000];
                random.NextBytes(state);
                try
                {
                    await store.WriteAsync(shard, epoch, [new($"{written}", state)], Cancellation);
                    written++;
                }
                catch (StateStoreException e)
                {
                    full = e;
                }
            }

            Assert.Contains("the disk is full", full.Message, StringComparison.Ordinal);
            Assert.NotNull(full.InnerException);
            Assert.NotNull((await store.GetAsync(shard, ["0"], Cancellation))[0]);

            File.Delete(ballast);
            while (true)
            {
                try
                {
                    await store.WriteAsync(shard, epoch, [Write("after", "1")], Cancellation);
                    break;
                }
                catch (StateStoreException)
                {
                    // RocksDB looks for space every few seconds; a caller retries like this.
                    await Task.Delay(100, Cancellation);
                }
            }

            var rows = await store.GetAsync(shard, [.. Enumerable.Range(0, written).Select(i => $"{i}")], Cancellation);
            Assert.DoesNotContain(null, rows);
        }
        finally
        {
            await RunAsync("umount", disk);
        }
    }

    private static RocksDbStateStore Open(string folder, StateOptions? options = null) => RocksDbStateStore.Open(folder, options ?? new(), NullLogger<RocksDbStateStore>.Instance);

    private static async Task<int> RunAsync(string command, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(command, arguments) { RedirectStandardError = true })!;
        await process.WaitForExitAsync(Cancellation);
        return process.ExitCode;
    }
}
