namespace CustomerTrack.SnowflakeEmulator;

/// <summary>Snowpipe: what it remembers, loses, and answers.</summary>
public sealed class SnowpipeTests
{
    [Fact]
    public async Task A_failed_name_is_remembered_and_not_loaded_when_announced_again()
    {
        await using var delivered = await Delivered.StartAsync();
        var path = await delivered.PutAsync(1, 0, 10, revision: 1);
        await delivered.Emulated.FaultsAsync(new FaultOptions { Seed = 1, FailedLoads = 1 });
        await delivered.AnnounceAsync(path);
        await delivered.IdleAsync();
        await delivered.Emulated.FaultsAsync(new FaultOptions { Seed = 1 });

        await delivered.AnnounceAsync(path);
        var state = await delivered.IdleAsync();
        Assert.Equal(0, Emulated.Counter(state, "files.loaded"));
        Assert.Equal(1, Emulated.Counter(state, "files.knownAlready"));
        var file = (await delivered.ReportAsync())["files"]!.AsArray().Single()!;
        Assert.Equal("LOAD_FAILED", (string?)file["status"]);
        Assert.Equal(path, (string?)file["path"]);
    }

    [Fact]
    public async Task A_name_is_forgotten_after_fourteen_days_and_a_report_after_ten_minutes()
    {
        await using var delivered = await Delivered.StartAsync();
        var path = await delivered.PutAsync(1, 0, 10, revision: 1);
        await delivered.AnnounceAsync(path);
        await delivered.IdleAsync();
        Assert.Single((await delivered.ReportAsync())["files"]!.AsArray());

        delivered.Emulated.Host.Account.Clock.Advance(TimeSpan.FromMinutes(11));
        Assert.Empty((await delivered.ReportAsync())["files"]!.AsArray());
        delivered.Emulated.Host.Account.Clock.Advance(TimeSpan.FromDays(14));
        await delivered.AnnounceAsync(path);
        var state = await delivered.IdleAsync();
        Assert.Equal(2, Emulated.Counter(state, "files.loaded"));
        Assert.Equal("10", await delivered.CountAsync("CUSTOMER"));
    }

    [Fact]
    public async Task A_file_without_a_column_that_must_not_be_null_fails_whole()
    {
        await using var delivered = await Delivered.StartAsync();
        await delivered.AnnounceAsync(await delivered.PutAsync(1, 0, 10, revision: 1, without: "revision"));
        await delivered.IdleAsync();
        var file = (await delivered.ReportAsync())["files"]!.AsArray().Single()!;
        Assert.Equal("LOAD_FAILED", (string?)file["status"]);
        Assert.Contains("NULL result in a non-nullable column", (string?)file["firstError"], StringComparison.Ordinal);
        var history = await delivered.Emulated.RowsAsync(
            "SELECT STATUS, ROW_COUNT FROM TABLE(CUSTOMERTRACK.INFORMATION_SCHEMA.COPY_HISTORY(TABLE_NAME => 'CUSTOMERTRACK.CT.CUSTOMER_DELTAS', START_TIME => DATEADD('hour', -1, CURRENT_TIMESTAMP())))", "CUSTOMERTRACK_OWNER");
        Assert.Equal([["Load failed", "0"]], history);
    }

    [Fact]
    public async Task A_lost_notification_is_answered_with_success_and_nothing_happens()
    {
        await using var delivered = await Delivered.StartAsync();
        await delivered.Emulated.FaultsAsync(new FaultOptions { Seed = 1, LostNotifications = 1 });
        var (status, body) = await delivered.AnnounceAsync(await delivered.PutAsync(1, 0, 10, revision: 1));
        Assert.Equal((200, "success"), (status, (string?)body["status"]));
        Assert.Equal(0, Emulated.Counter(await delivered.IdleAsync(), "files.loaded"));
    }

    [Fact]
    public async Task Too_many_files_long_paths_and_unknown_pipes_are_refused()
    {
        await using var delivered = await Delivered.StartAsync();
        Assert.Equal(400, (await delivered.AnnounceAsync(Enumerable.Range(0, 5_001).Select(i => $"{i}.parquet"))).Status);
        Assert.Equal(400, (await delivered.AnnounceAsync(new string('ä', 513))).Status);
        using var answer = await delivered.Emulated.Client.GetAsync("/v1/data/pipes/CUSTOMERTRACK.CT.NONE/insertReport", TestContext.Current.CancellationToken);
        Assert.Equal(404, (int)answer.StatusCode);
    }

    [Fact]
    public async Task What_was_queued_loaded_and_merged_survives_a_restart()
    {
        var folder = Directory.CreateTempSubdirectory("emulator-").FullName;
        try
        {
            string bucketFile;
            await using (var delivered = await Delivered.StartAsync(options => options.DataFolder = folder))
            {
                bucketFile = await delivered.PutAsync(1, 0, 10, revision: 1);
                await delivered.AnnounceAsync(bucketFile);
                await delivered.IdleAsync();
            }
            await using var again = await Emulated.StartAsync(options => options.DataFolder = folder);
            again.Warehouse = "CUSTOMERTRACK_WH";
            Assert.Equal("10", await again.ValueAsync("SELECT COUNT(*) FROM CUSTOMERTRACK.PUBLIC.CUSTOMER", "CUSTOMERTRACK_OWNER"));
            Assert.Equal("0", await again.ValueAsync("SELECT COUNT(*) FROM CUSTOMERTRACK.CT.CUSTOMER_STREAM", "CUSTOMERTRACK_OWNER"));
            var state = await again.StateAsync();
            Assert.Equal(1, (int)state["filesByStatus"]!["LOADED"]!);
            Assert.True((bool)state["tasks"]!["CUSTOMERTRACK.CT.CUSTOMER_MERGE_TASK"]!["started"]!, state.ToString());
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
