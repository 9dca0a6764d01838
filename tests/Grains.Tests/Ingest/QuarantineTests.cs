using System.Text;
using CustomerTrack.Ingest;

namespace CustomerTrack.Tests.Ingest;

public sealed class QuarantineTests : IDisposable
{
    private const string Csv = "id,at,name,city\n1,2026-01-31,Ann,Oslo\n,2026-01-31,\"B\"\"ob\",Rome\n3,never,Cid,\n4,2026-01-31,ragged\n";
    private readonly IngestFixture _ingest = new();

    public void Dispose() => _ingest.Dispose();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Rejected_records_are_written_with_their_place_and_reason()
    {
        var file = _ingest.File("feed.csv", Encoding.UTF8.GetBytes(Csv));

        await RejectAsync(file);

        Assert.Equal(
            [
                $$$"""{"dimension":"customer","file":"feed.csv","number":{{{file.Number}}},"line":3,"row":2,"column":"id","reason":"null_key","message":"The key column 'id' is empty.","record":{"id":null,"at":"2026-01-31","name":"B\"ob","city":"Rome"}}""",
                $$$"""{"dimension":"customer","file":"feed.csv","number":{{{file.Number}}},"line":4,"row":3,"column":"at","reason":"bad_sequence","message":"'never' found in 'at', expected a time like 2026-01-31T12:00:00Z.","record":{"id":"3","at":"never","name":"Cid","city":null}}""",
                $$$"""{"dimension":"customer","file":"feed.csv","number":{{{file.Number}}},"line":5,"row":4,"column":null,"reason":"ragged_row","message":"The row has 3 columns, the header has 4.","record":"4,2026-01-31,ragged"}""",
            ],
            await File.ReadAllLinesAsync(_ingest.Folder.QuarantinePath(file), Cancel));
    }

    [Fact]
    public async Task A_file_read_again_leaves_the_same_quarantine_and_a_corrected_one_leaves_none()
    {
        var file = _ingest.File("feed.csv", Encoding.UTF8.GetBytes(Csv));
        await RejectAsync(file);
        var before = await File.ReadAllBytesAsync(_ingest.Folder.QuarantinePath(file), Cancel);

        await RejectAsync(file);
        Assert.Equal(before, await File.ReadAllBytesAsync(_ingest.Folder.QuarantinePath(file), Cancel));

        await using var clean = new QuarantineWriter(_ingest.Folder, file);
        await clean.CompleteAsync(Cancel);
        Assert.False(File.Exists(_ingest.Folder.QuarantinePath(file)));
    }

    [Fact]
    public async Task Nothing_is_visible_before_the_end_and_nothing_is_left_of_what_was_not_completed()
    {
        var file = _ingest.File("feed.csv", Encoding.UTF8.GetBytes(Csv));
        await using (var writer = new QuarantineWriter(_ingest.Folder, file))
        {
            await writer.AddAsync(Enumerable.Repeat(Rejected("x"), 10_000).ToList(), Cancel);
            Assert.False(File.Exists(_ingest.Folder.QuarantinePath(file)));
        }

        Assert.Empty(Directory.GetFiles(_ingest.Folder.Rejected("customer")));
    }

    [Fact]
    public async Task Replayed_records_go_back_to_landing_and_the_others_stay()
    {
        await RejectAsync(_ingest.File("feed.csv.gz", IngestFixture.Gzip(Encoding.UTF8.GetBytes(Csv))));
        var quarantine = _ingest.NewQuarantine();

        var replay = await quarantine.ReplayAsync("null_key", null, Cancel);

        Assert.Equal((1L, 0L), (replay.Records, replay.NotReplayable));
        var landed = Assert.Single(replay.LandingFiles);
        Assert.Equal("""{"id":null,"at":"2026-01-31","name":"B\"ob","city":"Rome"}""", (await File.ReadAllTextAsync(landed, Cancel)).TrimEnd());
        Assert.Equal(["bad_sequence", "ragged_row"], (await quarantine.ListAsync(null, Cancel)).Select(entry => entry.Reason));
        Assert.Equal(["bad_sequence"], (await quarantine.ListAsync("bad_sequence", Cancel)).Select(entry => entry.Reason));

        replay = await quarantine.ReplayAsync(null, "customer", Cancel);

        Assert.Equal((1L, 1L), (replay.Records, replay.NotReplayable));
        Assert.Equal(["ragged_row"], (await quarantine.ListAsync(null, Cancel)).Select(entry => entry.Reason));
        Assert.Equal(2, Directory.GetFiles(_ingest.LandingFolder).Length + (replay.LandingFiles[0] == landed ? 1 : 0));
    }

    [Fact]
    public async Task A_replay_keeps_the_sequence_in_the_name_also_the_second_time()
    {
        using var ingest = new IngestFixture(IngestFixture.Customer.Replace("""{ "column": "at", "type": "timestamp" }""", """{ "fileName": "feed_(yyyyMMdd)" }""", StringComparison.Ordinal));
        var quarantine = ingest.NewQuarantine();
        var name = "feed_20260131.csv";
        var content = Encoding.UTF8.GetBytes("id,name\n,Ann\n");
        for (var round = 0; round < 3; round++)
        {
            var file = ingest.File(name, content, number: 1_769_860_800_000_000 + round);
            await RejectAsync(file, ingest);
            ingest.Time.Advance(TimeSpan.FromSeconds(1));
            var landed = Assert.Single((await quarantine.ReplayAsync(null, null, Cancel)).LandingFiles);
            name = Path.GetFileName(landed);
            content = await File.ReadAllBytesAsync(landed, Cancel);
            Assert.Matches(@"^feed_20260131\.replay-\d+-\d+\.ndjson$", name);
        }
    }

    [Fact]
    public async Task A_replayed_row_says_what_the_row_said()
    {
        using var ingest = new IngestFixture("""
            { "name": "t", "key": ["id"], "sequence": { "column": "at", "type": "timestamp" },
              "columns": { "n": { "type": "int64" }, "b": { "type": "boolean" }, "j": { "type": "json" }, "x": { "type": "text" } } }
            """);
        var good = ingest.Csv("id,at,n,b,j,x\n1,2026-01-31,007,yes,\"{\"\"b\"\":1,\"\"a\"\":\"\"z\"\"}\", t\n1,2026-01-31,,,12,\n");
        var file = ingest.File("a.csv", Encoding.UTF8.GetBytes("id,at,n,b,j,x\n1,2999-01-31,007,yes,\"{\"\"b\"\":1,\"\"a\"\":\"\"z\"\"}\", t\n1,2999-01-31,,,12,\n"));
        await RejectAsync(file, ingest);

        var landed = Assert.Single((await ingest.NewQuarantine().ReplayAsync("future_sequence", null, Cancel)).LandingFiles);

        Assert.Equal(good.Rows, ingest.Json((await File.ReadAllTextAsync(landed, Cancel)).Replace("2999", "2026", StringComparison.Ordinal)).Rows);
    }

    [Fact]
    public async Task Silos_that_replay_at_once_give_every_record_and_file_back_once()
    {
        const int Files = 40;
        for (var i = 0; i < Files; i++)
        {
            await RejectAsync(_ingest.File($"feed{i}.csv", Encoding.UTF8.GetBytes(Csv), number: 1_769_860_800_000_000 + i));
            var whole = _ingest.Folder.RejectedFilePath(_ingest.File($"broken{i}.csv.gz", [1], number: 1_769_860_900_000_000 + i));
            Directory.CreateDirectory(Path.GetDirectoryName(whole)!);
            await File.WriteAllTextAsync(whole, "x", Cancel);
            await File.WriteAllBytesAsync(
                LandingFolders.NotePath(whole), RejectedFileNote.Write(_ingest.File($"broken{i}.csv.gz", [1], number: 1_769_860_900_000_000 + i), "corrupt_gzip", "x", _ingest.Time), Cancel);
        }

        Directory.CreateDirectory(_ingest.LandingFolder);
        using var together = new Barrier(3);
        var replays = await Task.WhenAll(Enumerable.Range(0, 3).Select(i => Task.Run(async () =>
        {
            var folder = new LandingFolders(_ingest.Folder.Root, $"silo-{i}", "spool");
            together.SignalAndWait(Cancel);
            return await new Quarantine(folder, new FolderLandingPlace(folder), _ingest.Time).ReplayAsync(null, null, Cancel);
        })));

        Assert.Equal((2L * Files, Files), (replays.Sum(replay => replay.Records), replays.Sum(replay => replay.WholeFiles)));
        Assert.Equal(2 * Files, Directory.GetFiles(_ingest.LandingFolder).Length);
        Assert.Equal(2 * Files, Directory.GetFiles(_ingest.LandingFolder, "feed*").Sum(path => File.ReadAllLines(path).Length));
        Assert.Equal(Files, (await _ingest.NewQuarantine().ListAsync(null, Cancel)).Sum(entry => entry.Count));
        Assert.Empty(Directory.GetFiles(_ingest.Folder.Replaying("customer")));
    }

    [Fact]
    public async Task What_a_silo_that_ended_had_taken_out_to_replay_is_put_back()
    {
        var file = _ingest.File("feed.csv", Encoding.UTF8.GetBytes(Csv));
        await RejectAsync(file);
        var path = _ingest.Folder.QuarantinePath(file);
        Directory.CreateDirectory(_ingest.Folder.Replaying("customer"));
        File.Move(path, Path.Combine(_ingest.Folder.Replaying("customer"), $"records~silo-9~{Path.GetFileName(path)}"));

        await Quarantine.GiveBackAsync(_ingest.Folder, "customer", writer => new(writer == "silo-9"));
        Assert.False(File.Exists(path));
        await Quarantine.GiveBackAsync(_ingest.Folder, "customer", writer => new(writer != "silo-9"));

        Assert.True(File.Exists(path));
    }

    private static RejectedRecord Rejected(string text) => new() { Line = 1, Row = 1, Reason = "bad_value", Message = text, RecordJson = "{}" };

    private async Task RejectAsync(ClaimedFile file, IngestFixture? fixture = null)
    {
        var ingest = fixture ?? _ingest;
        using var reader = RecordReader.Open(file, ingest.Zone(), ingest.Options, ingest.Time);
        await using var writer = new QuarantineWriter(ingest.Folder, file);
        var chunk = new RecordChunk();
        while (reader.Read(chunk, 1))
        {
            await writer.AddAsync(chunk.Rejected, Cancel);
        }

        await writer.CompleteAsync(Cancel);
    }
}
