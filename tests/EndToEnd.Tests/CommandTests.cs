using System.Text;
using System.Text.Json;
using CustomerTrack.Harness;

namespace CustomerTrack.EndToEnd;

/// <summary>Every command as somebody types it.</summary>
public sealed class CommandTests : IDisposable
{
    private const string Header = "customer_id,first_name,last_name,email,street,city,state,country,updated_at,op\n";
    private const string Ada = "C1,Ada,Lovelace,ada@example.org,,London,,UK,2024-01-01T00:00:00Z,u\n";
    private const string AdaMoved = "C1,Ada,Lovelace,ada@example.org,,Paris,,FR,2024-06-01T00:00:00Z,u\n";
    private const string Alan = "C2,Alan,\"Turing, OBE\",,,Wilmslow,,UK,2024-02-01T00:00:00Z,u\n";

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    private readonly TestFolder _folder = new();
    private readonly Site _site;

    public CommandTests() => _site = new(_folder.In("data"), Harness.Definitions.Write(_folder.Path));

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Ingest_applies_files_to_the_end_says_what_happened_and_leaves_the_files()
    {
        var file = Write("customers.csv", Header + Ada + AdaMoved + Ada + Alan + ",no,key,,,,,,2024-01-01T00:00:00Z,u\n");

        var run = (await _site.RunAsync(Token, "ingest", file, "--json")).Must();

        var report = JsonElement.Parse(run.Out);
        Assert.Equal(5, report.GetProperty("rows").GetInt64());
        Assert.Equal(4, report.GetProperty("accepted").GetInt64());
        Assert.Equal(1, report.GetProperty("quarantined").GetProperty("null_key").GetInt64());
        Assert.Equal(3, report.GetProperty("opened").GetInt64());
        Assert.True(File.Exists(file));
        Assert.Equal(2, await _site.NumberAsync("SELECT count(*) FROM customer", Token));
        Assert.Equal(3, await _site.NumberAsync("SELECT count(*) FROM customer_history", Token));

        // For people, too; and the same file says nothing new.
        var again = (await _site.RunAsync(Token, "ingest", file)).Must();
        Assert.Contains("5 rows in 1 files", again.Out, StringComparison.Ordinal);
        Assert.Equal(3, await _site.NumberAsync("SELECT count(*) FROM customer_history", Token));
    }

    [Fact]
    public async Task Files_renamed_into_landing_while_the_service_runs_are_applied_and_commands_talk_to_it()
    {
        await using var service = await _site.ServeAsync(Token);
        _site.Land("one.csv", Encoding.UTF8.GetBytes(Header + Ada));
        await service.DrainAsync(Patience, Token);
        Assert.Equal(["London"], await _site.QueryAsync("SELECT city FROM customer", Token));

        var given = (await _site.RunAsync(Token, "ingest", Write("two.csv", Header + AdaMoved), "--json")).Must();
        Assert.Equal(1, JsonElement.Parse(given.Out).GetProperty("opened").GetInt64());
        Assert.Equal(["Paris"], await _site.QueryAsync("SELECT city FROM customer", Token));

        var verified = (await _site.RunAsync(Token, "verify", "--json")).Must();
        Assert.True(JsonElement.Parse(verified.Out).GetProperty("agrees").GetBoolean());
        Assert.Equal(1, JsonElement.Parse(verified.Out).GetProperty("customers").GetInt64());

        var stopped = await service.StopAsync(Token);
        Assert.Contains("Stopping", stopped.Error, StringComparison.Ordinal);
        Assert.False(File.Exists(Path.Combine(_site.Data, "process.json")));
        Assert.Equal(["Paris"], await _site.QueryAsync("SELECT city FROM customer", Token));
    }

    [Fact]
    public async Task Ctrl_C_in_the_middle_of_a_feed_ends_in_order_and_the_next_process_goes_on()
    {
        var feed = Generator.GeneratedFeed.Build(Feeds.Disorderly(Seed.Next(), 100_000), _site.Dimension);
        await using var service = await _site.ServeAsync(Token);
        foreach (var file in feed.Files)
        {
            _site.Land(file.Name, feed.Encode(file.Rows));
        }

        await Fact.AwaitAsync(() => _site.Claimed.Count > 0, Patience, Token);
        await service.StopAsync(Token);

        await using var next = await _site.ServeAsync(Token);
        await next.DrainAsync(TimeSpan.FromMinutes(2), Token);
        await AnswerCheck.MustHoldAsync(_site, feed.AnswerKey, Token);
        await next.StopAsync(Token);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Query_prints_tables_csv_and_json_the_same_with_and_without_a_process(bool running)
    {
        const string Grace = """{"customer_id":"C3","last_name":"Hopper","email":"","updated_at":"2024-03-01T00:00:00.5Z"}""";
        (await _site.RunAsync(Token, "ingest", Write("customers.csv", Header + Ada + Alan), Write("more.ndjson", Grace))).Must();
        await using var service = running ? await _site.ServeAsync(Token) : null;
        const string Sql = "SELECT customer_id, last_name, email, street, valid_from FROM customer ORDER BY customer_id";

        var csv = (await _site.RunAsync(Token, "query", Sql, "--format", "csv")).Must().Out;
        Assert.Equal("customer_id,last_name,email,street,valid_from\r\nC1,Lovelace,ada@example.org,,2024-01-01T00:00:00Z\r\nC2,\"Turing, OBE\",,,2024-02-01T00:00:00Z\r\nC3,Hopper,\"\",,2024-03-01T00:00:00.5Z\r\n", csv);

        var json = JsonElement.Parse((await _site.RunAsync(Token, "query", Sql, "--format", "json")).Must().Out);
        Assert.Equal(3, json.GetArrayLength());
        Assert.Equal("Turing, OBE", json[1].GetProperty("last_name").GetString());
        Assert.Equal(JsonValueKind.Null, json[1].GetProperty("street").ValueKind);

        var table = (await _site.RunAsync(Token, "query", Sql)).Must().Out;
        Assert.Contains("customer_id", table, StringComparison.Ordinal);
        Assert.Contains("Turing, OBE", table, StringComparison.Ordinal);

        // Read-only, and a mistake is explained.
        foreach (var refused in (string[])["DELETE FROM customer", "SELECT nothing FROM customer", "SELECT * FROM read_text('/etc/hostname')", "ATTACH 'x.db'"])
        {
            var failed = (await _site.RunAsync(Token, "query", refused)).Must(1);
            Assert.Empty(failed.Out);
            Assert.NotEmpty(failed.Error);
        }

        Assert.Equal(3, await _site.NumberAsync("SELECT count(*) FROM customer", Token));
    }

    [Fact]
    public async Task History_shows_every_version_or_the_one_that_held_at_a_time()
    {
        (await _site.RunAsync(Token, "ingest", Write("customers.csv", Header + AdaMoved + Ada))).Must();

        var all = (await _site.RunAsync(Token, "history", "C1", "--format", "csv")).Must().Lines;
        Assert.Equal(3, all.Length);
        Assert.Contains("London", all[1], StringComparison.Ordinal);
        Assert.Contains("Paris", all[2], StringComparison.Ordinal);

        foreach (var (asOf, city) in ((string, string)[])[("2024-01-01T00:00:00Z", "London"), ("2024-05-31T23:59:59.999999Z", "London"), ("2024-06-01T02:00:00+02:00", "Paris"), ("2024-06-01T00:00:00", "Paris")])
        {
            var one = (await _site.RunAsync(Token, "history", "C1", "--as-of", asOf, "--format", "json")).Must();
            Assert.Equal(city, JsonElement.Parse(one.Out)[0].GetProperty("city").GetString());
        }

        Assert.Single((await _site.RunAsync(Token, "history", "C1", "--as-of", "2023-12-31T00:00:00Z", "--format", "csv")).Must().Lines);
        Assert.Contains("--as-of", (await _site.RunAsync(Token, "history", "C1", "--as-of", "noon")).Must(2).Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Rejected_records_are_listed_and_applied_when_what_was_wrong_is_mended()
    {
        var definition = Path.Combine(_folder.Path, "customer.json");
        var right = await File.ReadAllTextAsync(definition, Token);
        await File.WriteAllTextAsync(definition, right.Replace("\"city\":{\"type\":\"text\"}", "\"city\":{\"type\":\"int64\"}", StringComparison.Ordinal), Token);
        var run = JsonElement.Parse((await _site.RunAsync(Token, "ingest", Write("customers.csv", Header + Ada + Alan + ",a,b,,,7,,,2024-01-01T00:00:00Z,u\n"), "--json")).Must().Out);
        Assert.Equal(0, run.GetProperty("accepted").GetInt64());

        var listed = JsonElement.Parse((await _site.RunAsync(Token, "rejects", "list", "--format", "json")).Must().Out);
        Assert.Equal(["bad_value", "null_key"], listed.EnumerateArray().Select(entry => entry.GetProperty("reason").GetString()!).Order(StringComparer.Ordinal));
        Assert.All(_site.Quarantine.Select(line => JsonElement.Parse(line)), record => Assert.Equal("customers.csv", record.GetProperty("file").GetString()));
        Assert.Equal([2, 3, 4], _site.Quarantine.Select(line => JsonElement.Parse(line).GetProperty("line").GetInt32()).Order());

        // The tables still have the wrong type; nothing is in them, so they are made anew.
        await File.WriteAllTextAsync(definition, right, Token);
        File.Delete(Path.Combine(_site.Data, "warehouse.duckdb"));
        var replayed = (await _site.RunAsync(Token, "rejects", "replay", "--reason", "bad_value")).Must();

        Assert.Contains("2 records replayed, 2 accepted", replayed.Out, StringComparison.Ordinal);
        Assert.Equal(["London", "Wilmslow"], await _site.QueryAsync("SELECT city FROM customer ORDER BY city", Token));
        Assert.Single(_site.Quarantine);
        await _site.VerifyAsync(Token);
    }

    [Fact]
    public async Task Status_says_how_fresh_the_tables_are_with_and_without_a_process()
    {
        (await _site.RunAsync(Token, "ingest", Write("customers.csv", Header + Ada + AdaMoved + Alan))).Must();
        var newest = (await _site.QueryAsync("SELECT max(recorded_at) FROM customer_history", Token))[0];
        Assert.Contains($"customer,duckdb,stopped,,{newest},", (await _site.RunAsync(Token, "status", "--format", "csv")).Must().Out, StringComparison.Ordinal);

        await using var service = await _site.ServeAsync(Token);
        Assert.Contains($"customer,duckdb,up to date,0,{newest},", (await _site.RunAsync(Token, "status", "--format", "csv")).Must().Out, StringComparison.Ordinal);
        await service.StopAsync(Token);
    }

    [Fact]
    public async Task Verify_names_the_difference_and_ends_with_1()
    {
        (await _site.RunAsync(Token, "ingest", Write("customers.csv", Header + Ada + AdaMoved + Alan))).Must();
        await _site.VerifyAsync(Token);
        foreach (var path in _site.LakeObjects)
        {
            File.Delete(path);
        }

        var run = (await _site.RunAsync(Token, "verify", "--json")).Must(1);

        var report = JsonElement.Parse(run.Out);
        Assert.False(report.GetProperty("agrees").GetBoolean());
        Assert.NotEqual(0, report.GetProperty("differences").GetArrayLength());
    }

    [Fact]
    public async Task A_second_process_on_the_folder_is_refused()
    {
        await using var service = await _site.ServeAsync(Token);

        var second = (await _site.RunAsync(Token, "run", "--url", "http://127.0.0.1:0")).Must(1);

        Assert.Contains("in use by another process", second.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_demo_stops_by_itself_and_prints_the_result()
    {
        var run = (await _site.RunAsync(Token, "demo", "--seconds", "5", "--url", "http://127.0.0.1:0", "--rate", "1000")).Must();

        Assert.Contains("rows applied", run.Out, StringComparison.Ordinal);
        Assert.True(await _site.NumberAsync("SELECT count(*) FROM customer_history", Token) > 1_000);
        Assert.True(_site.IsDrained);
        await _site.VerifyAsync(Token);
    }

    [Theory]
    [InlineData("", "run", "demo", "ingest", "query", "history", "verify", "rejects", "--data", "--dimension")]
    [InlineData("run", "--url")]
    [InlineData("demo", "--seconds", "--url", "--rate")]
    [InlineData("ingest", "--into", "--as", "--json")]
    [InlineData("query", "--format")]
    [InlineData("history", "--as-of", "--of", "--format")]
    [InlineData("verify", "--json")]
    [InlineData("rejects", "list", "replay")]
    public async Task Help_names_what_there_is(string verb, params string[] words)
    {
        await using var process = CustomerTrackProcess.Start(verb.Length == 0 ? ["--help"] : [verb, "--help"], workingFolder: _folder.Path);

        var help = (await process.WaitForExitAsync(Patience, Token)).Must();

        Assert.All(words, word => Assert.Contains(word, help.Out, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("--frobnicate", "run", "--frobnicate")]
    [InlineData("nonsense", "nonsense")]
    [InlineData("--url", "run", "--url", "nowhere")]
    [InlineData("not a loopback", "run", "--url", "http://0.0.0.0:0")]
    [InlineData("does not exist", "ingest", "absent.csv")]
    [InlineData("--format", "query", "SELECT 1", "--format", "xml")]
    [InlineData("--seconds", "demo", "--seconds", "soon")]
    public async Task What_cannot_be_meant_is_refused_by_name_with_2(string named, params string[] arguments)
    {
        var refused = (await _site.RunAsync(Token, arguments)).Must(2);

        Assert.Contains(named, refused.Error, StringComparison.Ordinal);
        Assert.Empty(refused.Out);
    }

    [Theory]
    [InlineData("CUSTOMERTRACK_Ingest__BatchRows", "many", "CustomerTrack:Ingest:BatchRows is 'many'")]
    [InlineData("CUSTOMERTRACK_Ingest__BatchRows", "0", "CustomerTrack:Ingest:BatchRows is '0'")]
    [InlineData("CUSTOMERTRACK_Ingest__BatchRow", "5", "Is CustomerTrack:Ingest:BatchRows meant?")]
    [InlineData("CUSTOMERTRACK_Emit__MaxObjectAge", "1 day", "CustomerTrack:Emit:MaxObjectAge is '1 day'")]
    public async Task A_wrong_setting_is_refused_by_name_with_2(string variable, string value, string named)
    {
        _site.Environment[variable] = value;

        var refused = (await _site.RunAsync(Token, "run", "--url", "http://127.0.0.1:0")).Must(2);

        Assert.Contains(named, refused.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_wrong_definition_is_refused_by_file_and_place_with_2()
    {
        var path = _folder.In("broken.json");
        await File.WriteAllTextAsync(path, """{ "name": "customer", "key": ["id"], "sequence": { "column": "at", "type": "moment" }, "columns": { "a": { "type": "text" } } }""", Token);
        await using var process = CustomerTrackProcess.Start(["verify", "--data", _site.Data, "--dimension", path]);

        var refused = (await process.WaitForExitAsync(Patience, Token)).Must(2);

        Assert.Contains("broken.json", refused.Error, StringComparison.Ordinal);
        Assert.Contains("moment", refused.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_command_that_reads_says_that_there_is_no_data_folder()
    {
        foreach (var arguments in (string[][])[["query", "SELECT 1"], ["verify"], ["history", "C1"], ["rejects", "list"]])
        {
            Assert.Contains("There is no data folder", (await _site.RunAsync(Token, arguments)).Must(1).Error, StringComparison.Ordinal);
        }

        Assert.False(Directory.Exists(_site.Data));
    }

    public void Dispose() => _folder.Dispose();

    private string Write(string name, string content)
    {
        var path = _folder.In(name);
        File.WriteAllText(path, content);
        return path;
    }
}
