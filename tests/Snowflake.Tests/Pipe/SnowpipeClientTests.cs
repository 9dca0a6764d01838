using System.Globalization;
using System.Text.Json;

namespace CustomerTrack.Snowflake.Tests.Pipe;

public sealed class SnowpipeClientTests : SnowflakeTest
{
    private const string Pipe = "CUSTOMERTRACK.CT.CUSTOMER_PIPE";
    private static readonly DateTimeOffset Noon = new(2026, 1, 31, 12, 0, 0, TimeSpan.Zero);

    private ISnowpipe Client() => SnowflakeClients.CreatePipe(Options, Time, Logs);

    [Fact]
    public async Task Files_are_announced_in_requests_of_5000()
    {
        const int Count = 12_001;
        Account.Answers(200, Success).Answers(200, Success).Answers(200, Success);
        using var pipe = Client();

        await pipe.InsertFilesAsync(Pipe, [.. Enumerable.Range(0, Count).Select(number => new StagedFile(Name(number), number))], Cancel);

        Assert.Equal([5000, 5000, 2001], Account.Requests.Select(request => request.Json.GetProperty("files").GetArrayLength()));
        Assert.Equal(3, Account.Requests.Select(request => request.RequestId).Distinct().Count());
        Assert.All(Account.Requests, request =>
        {
            Assert.Equal(("POST", $"/v1/data/pipes/{Pipe}/insertFiles"), (request.Method, request.Path));
            Assert.Equal("KEYPAIR_JWT", request.Headers["X-Snowflake-Authorization-Token-Type"]);
            Assert.True(Guid.TryParse(request.RequestId, out _));
        });
        var files = Account.Requests.SelectMany(request => request.Json.GetProperty("files").EnumerateArray()).Select(file => (file.GetProperty("path").GetString(), file.GetProperty("size").GetInt64()));
        Assert.Equal(Enumerable.Range(0, Count).Select(number => ((string?)Name(number), (long)number)), files);
    }

    [Theory]
    [InlineData(429)]
    [InlineData(503)]
    [InlineData(0)]
    public async Task A_chunk_keeps_its_request_id_over_its_attempts(int status)
    {
        Account.Answers(status, "").Answers(status, "").Answers(200, Success).Answers(200, Success);
        using var pipe = Client();

        await pipe.InsertFilesAsync(Pipe, [.. Enumerable.Range(0, 5001).Select(number => new StagedFile(Name(number), 1))], Cancel);

        var ids = Account.Requests.Select(request => request.RequestId).ToArray();
        Assert.Equal(4, ids.Length);
        Assert.Single(ids[..3].Distinct());
        Assert.NotEqual(ids[0], ids[3]);
    }

    [Theory]
    [InlineData(1024, true)]
    [InlineData(1025, false)]
    public async Task A_path_has_at_most_1024_bytes(int bytes, bool isTaken)
    {
        // Two bytes a letter: letters are not what is counted.
        var path = new string('é', bytes / 2) + (bytes % 2 == 1 ? "x" : "");
        Account.Answers(200, Success);
        using var pipe = Client();

        var failure = await Xunit.Record.ExceptionAsync(() => pipe.InsertFilesAsync(Pipe, [new StagedFile("good.parquet", 1), new StagedFile(path, 1)], Cancel));

        Assert.Equal(isTaken, failure is null);
        Assert.Equal(isTaken ? 1 : 0, Account.Requests.Count);
        if (!isTaken)
        {
            Assert.Contains(path, Assert.IsType<SnowflakeException>(failure).Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task No_files_need_no_request()
    {
        using var pipe = Client();

        await pipe.InsertFilesAsync(Pipe, [], Cancel);

        Assert.Empty(Account.Requests);
    }

    [Fact]
    public async Task Files_that_the_pattern_leaves_out_are_an_error()
    {
        Account.Answers(200, """{"requestId":"1","status":"success","unmatchedPatternFiles":["a.csv"]}""");
        using var pipe = Client();

        var failure = await Assert.ThrowsAsync<SnowflakeException>(() => pipe.InsertFilesAsync(Pipe, [new StagedFile("a.csv", 1)], Cancel));

        Assert.Contains("'a.csv'", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_receipt_that_is_no_success_is_an_error()
    {
        Account.Answers(200, """{"requestId":"1","status":"failed"}""");
        using var pipe = Client();

        await Assert.ThrowsAsync<SnowflakeException>(() => pipe.InsertFilesAsync(Pipe, [new StagedFile("a", 1)], Cancel));
    }

    [Fact]
    public async Task An_unknown_pipe_is_named_with_Snowflakes_words()
    {
        Account.Answers(404, """{"data":null,"code":"390404","message":"Specified object does not exist or not authorized. Pipe not found","success":false,"headers":null}""");
        using var pipe = Client();

        var failure = await Assert.ThrowsAsync<SnowflakeException>(() => pipe.InsertFilesAsync(Pipe, [new StagedFile("a", 1)], Cancel));

        Assert.Equal((390404, false), (failure.Code, failure.IsTransient));
        Assert.Contains($"insertFiles for the pipe {Pipe}: Specified object does not exist or not authorized. Pipe not found", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_quoted_name_is_escaped_in_the_address()
    {
        Account.Answers(200, Report());
        using var pipe = Client();

        await pipe.GetInsertReportAsync("DB.CT.\"my pipe/é\"", null, Cancel);

        // The server has unescaped it, but for the slash, which would end the name.
        Assert.Equal("/v1/data/pipes/DB.CT.\"my pipe%2Fé\"/insertReport", Account.Requests.Single().Path);
    }

    [Fact]
    public async Task A_report_says_how_far_files_are()
    {
        Account.Answers(200, """
            {"pipe":"P","completeResult":false,"nextBeginMark":"1_39","statistics":{"activeFilesCount":1},"files":[
              {"path":"a.parquet","stageLocation":"s3://b/p/","fileSize":10,"timeReceived":"2026-01-31T12:00:00.000Z","lastInsertTime":"2026-01-31T12:00:01.000Z","rowsInserted":5,"rowsParsed":5,"errorsSeen":0,"errorLimit":1,"complete":true,"status":"LOADED"},
              {"path":"b.parquet","status":"LOAD_FAILED","rowsInserted":0,"rowsParsed":7,"errorsSeen":2,"firstError":"Invalid UTF8 detected ","firstErrorLineNum":3,"systemError":"Invalid UTF8 detected"},
              {"path":"c.parquet","status":"PARTIALLY_LOADED","rowsInserted":3,"rowsParsed":4,"errorsSeen":1,"firstError":"one","systemError":"two"},
              {"path":"d.parquet","status":"LOAD_IN_PROGRESS"}]}
            """);
        using var pipe = Client();

        var report = await pipe.GetInsertReportAsync(Pipe, "1_3", Cancel);

        Assert.Equal("1_3", Account.Requests.Single().Query["beginMark"]);
        Assert.Equal(("1_39", false), (report.NextBeginMark, report.IsComplete));
        Assert.Equal(
            [
                new FileLoad { Path = "a.parquet", State = LoadState.Loaded, RowsInserted = 5, RowsParsed = 5, ErrorsSeen = 0 },
                new FileLoad { Path = "b.parquet", State = LoadState.Failed, RowsInserted = 0, RowsParsed = 7, ErrorsSeen = 2, Error = "Invalid UTF8 detected" },
                new FileLoad { Path = "c.parquet", State = LoadState.PartiallyLoaded, RowsInserted = 3, RowsParsed = 4, ErrorsSeen = 1, Error = "one two" },
                new FileLoad { Path = "d.parquet", State = LoadState.InProgress, RowsInserted = 0, RowsParsed = 0, ErrorsSeen = 0 },
            ],
            report.Files);
    }

    [Fact]
    public async Task A_state_that_is_not_known_is_an_error()
    {
        Account.Answers(200, """{"completeResult":true,"files":[{"path":"a","status":"PONDERED"}]}""");
        using var pipe = Client();

        var failure = await Assert.ThrowsAsync<SnowflakeException>(() => pipe.GetInsertReportAsync(Pipe, null, Cancel));

        Assert.Contains("PONDERED", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_history_is_read_page_by_page()
    {
        Account
            .Answers(200, Report(isComplete: false, end: Noon.AddMinutes(3), "a", "b"))
            .Answers(200, Report(isComplete: false, end: Noon.AddMinutes(7), "b", "c"))
            .Answers(200, Report(isComplete: true, end: Noon.AddMinutes(10), "d"));
        using var pipe = Client();

        var loads = await pipe.ScanLoadHistoryAsync(Pipe, Noon.ToOffset(TimeSpan.FromHours(2)), Noon.AddMinutes(10), Cancel);

        Assert.Equal(["a", "b", "c", "d"], loads.Select(load => load.Path));
        Assert.Equal(["2026-01-31T12:00:00.000Z", "2026-01-31T12:03:00.000Z", "2026-01-31T12:07:00.000Z"], Account.Requests.Select(request => request.Query["startTimeInclusive"].ToString()));
        Assert.All(Account.Requests, request => Assert.Equal("2026-01-31T12:10:00.000Z", request.Query["endTimeExclusive"]));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-60)]
    [InlineData(null)]
    public async Task A_history_that_does_not_advance_is_given_up(int? seconds)
    {
        Account.Answers(200, Report(isComplete: false, end: seconds is null ? null : Noon.AddSeconds(seconds.Value), "a"));
        using var pipe = Client();

        var failure = await Assert.ThrowsAsync<SnowflakeException>(() => pipe.ScanLoadHistoryAsync(Pipe, Noon, Noon.AddMinutes(10), Cancel));

        Assert.True(failure.IsTransient);
        Assert.Single(Account.Requests);
    }

    [Fact]
    public async Task Pipes_take_the_key_whatever_SQL_takes()
    {
        var options = Options;
        (options.Authentication, options.Token) = (SnowflakeAuthentication.OAuth, "oauth-token");
        Account.Answers(200, Report());
        using var pipe = SnowflakeClients.CreatePipe(options, Time, Logs);

        await pipe.GetInsertReportAsync(Pipe, null, Cancel);

        Assert.Equal("KEYPAIR_JWT", Account.Requests.Single().Headers["X-Snowflake-Authorization-Token-Type"]);
    }

    private const string Success = """{"requestId":"1","status":"success"}""";

    private static string Name(int number) => $"date=2026-01-31/{number.ToString("D6", CultureInfo.InvariantCulture)}.parquet";

    private static string Report(bool isComplete = true, DateTimeOffset? end = null, params string[] paths) => JsonSerializer.Serialize(new
    {
        pipe = Pipe,
        completeResult = isComplete,
        rangeEndTime = end,
        files = paths.Select(path => new { path, status = "LOADED", rowsInserted = 1, rowsParsed = 1, errorsSeen = 0 }),
    });
}
