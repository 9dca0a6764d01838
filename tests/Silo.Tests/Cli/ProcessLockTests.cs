using CustomerTrack.Cli.Running;

namespace CustomerTrack.Cli;

public sealed class ProcessLockTests : IDisposable
{
    private static readonly Uri Url = new("http://127.0.0.1:8080");

    private readonly TempFolder _temp = new();
    private readonly DataFolder _folder;

    public ProcessLockTests() => _folder = DataFolder.At(_temp.Of("data")).Create(["customer"]);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => _temp.Dispose();

    [Fact]
    public void The_data_folder_has_all_its_folders()
    {
        Assert.True(Directory.Exists(_temp.Of("data", "landing", "customer")));
        Assert.True(Directory.Exists(_temp.Of("data", "archive")));
        Assert.True(Directory.Exists(_temp.Of("data", "rejected")));
        Assert.True(Directory.Exists(_temp.Of("data", "lake")));
        Assert.True(Directory.Exists(_temp.Of("data", "state")));
        Assert.Equal(_temp.Of("data", "warehouse.duckdb"), _folder.Warehouse);
        Assert.Empty(Directory.GetFiles(_folder.Root));
    }

    [Fact]
    public void A_folder_that_cannot_be_made_is_named()
    {
        File.WriteAllText(_temp.Of("file"), "");

        var refused = Assert.Throws<CommandFailedException>(() => DataFolder.At(_temp.Of("file")).Create([]));

        Assert.Contains(_temp.Of("file"), refused.Message, StringComparison.Ordinal);
        Assert.Throws<CommandFailedException>(() => DataFolder.At(_temp.Of("nowhere")).MustExist());
    }

    [Fact]
    public async Task Nobody_is_found_on_a_folder_nobody_works_on()
    {
        Assert.Null(await RunningProcess.FindAsync(_folder, TimeProvider.System, Cancellation));
    }

    [Fact]
    public async Task A_process_that_published_its_address_is_found_until_it_ends()
    {
        ProcessAddress published;
        using (var held = await ProcessLock.AcquireAsync(_folder, TimeProvider.System, Cancellation))
        {
            published = held.Publish(Url, DateTimeOffset.UnixEpoch);
            Assert.Equal(published, await RunningProcess.FindAsync(_folder, TimeProvider.System, Cancellation));
        }

        Assert.Equal((Environment.ProcessId, Url, 64), (published.Pid, published.Url, published.Token.Length));
        Assert.DoesNotContain(published.Token, published.ToString(), StringComparison.Ordinal);
        Assert.Null(await RunningProcess.FindAsync(_folder, TimeProvider.System, Cancellation));
        Assert.False(File.Exists(_folder.ProcessFile));
    }

    [Fact]
    public async Task Only_the_owner_can_read_the_token()
    {
        if (OperatingSystem.IsWindows())
        {
            Assert.Skip("Windows has no such modes.");
            return;
        }

        using var held = await ProcessLock.AcquireAsync(_folder, TimeProvider.System, Cancellation);

        held.Publish(Url, DateTimeOffset.UnixEpoch);

        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(_folder.ProcessFile));
    }

    [Fact]
    public async Task A_second_process_is_refused_and_told_who_has_the_folder()
    {
        using var holder = ChildProcess.Start(LockChild.Argument, _folder.Root);
        Assert.Equal("held", await holder.StandardOutput.ReadLineAsync(Cancellation));

        var refused = await Assert.ThrowsAsync<CommandFailedException>(() => ProcessLock.AcquireAsync(_folder, TimeProvider.System, Cancellation));

        Assert.Contains(_folder.Root, refused.Message, StringComparison.Ordinal);
        Assert.Contains($"process {holder.Id} at http://127.0.0.1:8080", refused.Message, StringComparison.Ordinal);
        Assert.Equal(holder.Id, (await RunningProcess.FindAsync(_folder, TimeProvider.System, Cancellation))!.Pid);
        holder.Kill();
        await holder.WaitForExitAsync(Cancellation);
    }

    [Fact]
    public async Task What_a_killed_process_left_behind_is_recognised_as_stale()
    {
        using (var holder = ChildProcess.Start(LockChild.Argument, _folder.Root))
        {
            Assert.Equal("held", await holder.StandardOutput.ReadLineAsync(Cancellation));
            holder.Kill();
            await holder.WaitForExitAsync(Cancellation);
        }

        Assert.True(File.Exists(_folder.ProcessFile));
        Assert.Null(await RunningProcess.FindAsync(_folder, TimeProvider.System, Cancellation));
        using var held = await ProcessLock.AcquireAsync(_folder, TimeProvider.System, Cancellation);
        Assert.False(File.Exists(_folder.ProcessFile));
    }
}
