using CustomerTrack.Cli.Running;
using CustomerTrack.Cluster;

namespace CustomerTrack.Cli;

/// <summary>A data folder that silos share: they work on it together, and nobody works on it alone meanwhile.</summary>
public sealed class SiloLockTests : IDisposable
{
    private static readonly Uri One = new("http://127.0.0.1:8081");
    private static readonly Uri Two = new("http://127.0.0.1:8082");

    private readonly TempFolder _temp = new();
    private readonly DataFolder _folder;

    public SiloLockTests() => _folder = DataFolder.At(_temp.Of("data")).Create(["customer"]);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => _temp.Dispose();

    [Fact]
    public async Task Silos_share_a_folder_and_a_command_finds_the_one_that_has_been_up_longest()
    {
        using var one = await TakeAsync("one");
        var first = one.Publish(One, DateTimeOffset.UnixEpoch);
        using (var two = await TakeAsync("two"))
        {
            two.Publish(Two, DateTimeOffset.UnixEpoch.AddSeconds(1));
            Assert.Equal(first, await FindAsync());
        }

        Assert.Equal(first, await FindAsync());
    }

    [Fact]
    public async Task Silos_that_start_at_the_same_moment_leave_each_other_their_places()
    {
        using var start = new Barrier(6);
        await Task.WhenAll(Enumerable.Range(0, start.ParticipantCount).Select(silo => Task.Factory.StartNew(
            () =>
            {
                for (var round = 0; round < 200; round++)
                {
                    start.SignalAndWait(Cancellation);
                    using var taken = TakeAsync($"{silo}-{round}").GetAwaiter().GetResult();
                    taken.Publish(One, DateTimeOffset.UnixEpoch);
                }
            },
            Cancellation,
            TaskCreationOptions.LongRunning,
            TaskScheduler.Default)));
    }

    [Fact]
    public async Task A_silo_whose_free_port_is_anothers_on_the_folder_takes_the_next_one_unless_it_was_told_which()
    {
        var found = new Queue<(int, int)>([(5001, 6001), (5001, 6001), (5002, 6002), (5001, 6001)]);
        var (first, held) = await EnterAsync(new ClusterSettings());
        using (held)
        {
            var (second, beside) = await EnterAsync(new ClusterSettings());
            using (beside)
            {
                Assert.Equal((5001, 5002, 6002), (first.SiloPort, second.SiloPort, second.GatewayPort));
            }

            var refused = await Assert.ThrowsAsync<SiloNameTakenException>(() => EnterAsync(new ClusterSettings { SiloPort = 5001 }));
            Assert.Contains("CustomerTrack:Cluster:SiloPort", refused.Message, StringComparison.Ordinal);
        }

        Task<(SiloIdentity, ProcessLock)> EnterAsync(ClusterSettings settings) => SiloEntry.TakeAsync(_folder, settings, found.Dequeue, TimeProvider.System, Cancellation);
    }

    [Fact]
    public async Task A_command_finds_the_silo_that_is_left()
    {
        using var two = await TakeAsync("two");
        ProcessAddress left;
        using (var one = await TakeAsync("one"))
        {
            one.Publish(One, DateTimeOffset.UnixEpoch);
            left = two.Publish(Two, DateTimeOffset.UnixEpoch.AddSeconds(1));
        }

        Assert.Equal(left, await FindAsync());
    }

    [Fact]
    public async Task A_silo_that_takes_no_connections_is_passed_over()
    {
        using var listener = new System.Net.Sockets.TcpListener(System.Net.IPAddress.Loopback, 0);
        listener.Start();
        using var one = await TakeAsync("one");
        one.Publish(One, DateTimeOffset.UnixEpoch);
        using var two = await TakeAsync("two");
        var answers = two.Publish(new($"http://{listener.LocalEndpoint}"), DateTimeOffset.UnixEpoch.AddSeconds(1));

        Assert.Equal(answers, await FindAsync());
    }

    [Fact]
    public async Task A_process_alone_is_refused_while_a_silo_runs_and_told_which()
    {
        using var silo = await TakeAsync("one");
        silo.Publish(One, DateTimeOffset.UnixEpoch);

        var refused = await Assert.ThrowsAsync<CommandFailedException>(() => ProcessLock.AcquireAsync(_folder, TimeProvider.System, Cancellation));

        Assert.Contains("http://127.0.0.1:8081", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_silo_is_refused_while_a_process_works_alone()
    {
        using var alone = await ProcessLock.AcquireAsync(_folder, TimeProvider.System, Cancellation);

        await Assert.ThrowsAsync<CommandFailedException>(() => TakeAsync("one"));
    }

    [Fact]
    public async Task Two_silos_of_one_name_are_refused()
    {
        using var one = await TakeAsync("one");

        var refused = await Assert.ThrowsAsync<SiloNameTakenException>(() => TakeAsync("one"));

        Assert.Contains("'one'", refused.Message, StringComparison.Ordinal);
        Assert.Contains("CustomerTrack:Cluster:SiloPort", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_silos_that_ended_left_is_removed_and_what_others_have_stays()
    {
        Directory.CreateDirectory(_folder.Silo("killed"));
        await File.WriteAllTextAsync(Path.Combine(_folder.Silo("killed"), "process.lock"), "", Cancellation);
        using var one = await TakeAsync("one");
        one.Publish(One, DateTimeOffset.UnixEpoch);

        using var two = await TakeAsync("two");

        Assert.Equal(["one", "two"], Directory.GetDirectories(_folder.Silos).Select(Path.GetFileName).Order());
        Assert.NotNull(await FindAsync());
    }

    [Fact]
    public async Task Silos_on_other_machines_are_named()
    {
        using var one = await TakeAsync("one");
        one.Publish(One, DateTimeOffset.UnixEpoch);
        var file = Path.Combine(_folder.Silo("one"), "process.json");
        await File.WriteAllTextAsync(file, (await File.ReadAllTextAsync(file, Cancellation)).Replace(Environment.MachineName, "elsewhere", StringComparison.Ordinal), Cancellation);

        var refused = await Assert.ThrowsAsync<CommandFailedException>(FindAsync);

        Assert.Contains("elsewhere", refused.Message, StringComparison.Ordinal);
    }

    private Task<ProcessLock> TakeAsync(string silo) => ProcessLock.AcquireAsync(_folder, silo, TimeProvider.System, Cancellation);

    private Task<ProcessAddress?> FindAsync() => RunningProcess.FindAsync(_folder, TimeProvider.System, Cancellation);
}
