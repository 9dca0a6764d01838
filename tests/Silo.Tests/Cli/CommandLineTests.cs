using System.CommandLine;
using System.Text.Json;
using CustomerTrack.Cli.Pipeline;
using CustomerTrack.Cli.Verbs;
using Microsoft.Extensions.Options;

namespace CustomerTrack.Cli;

public sealed class CommandLineTests : IDisposable
{
    private readonly TempFolder _app = new();
    private readonly FakePipeline _pipeline = new();
    private readonly Spoken _spoken = new();
    private readonly List<object> _ran = [];

    public CommandLineTests()
    {
        Directory.CreateDirectory(_app.Of("dimensions"));
        File.WriteAllText(_app.Of("dimensions", "customer.json"), "{}");
        File.WriteAllText(_app.Of("dimensions", "dimension.schema.json"), "{}");
    }

    public void Dispose()
    {
        _spoken.Dispose();
        _app.Dispose();
    }

    [Fact]
    public async Task Without_a_verb_it_is_a_usage_error_on_stderr()
    {
        Assert.Equal(2, await RunAsync());
        Assert.Equal("", _spoken.Out);
        Assert.Contains("Try 'customertrack --help'.", _spoken.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("quer", "x")]
    [InlineData("query")]
    [InlineData("query", "SELECT 1", "--format", "xml")]
    [InlineData("query", "SELECT 1", "--nonsense")]
    [InlineData("ingest")]
    [InlineData("ingest", "a.csv", "--as", "parcels")]
    [InlineData("run", "--url", "localhost")]
    [InlineData("demo", "--seconds", "0")]
    [InlineData("demo", "--seconds", "soon")]
    [InlineData("rejects")]
    public async Task A_command_that_cannot_be_meant_ends_with_2_and_says_why(params string[] arguments)
    {
        Assert.Equal(2, await RunAsync(arguments));
        Assert.Equal("", _spoken.Out);
        Assert.NotEqual("", _spoken.Error);
        Assert.Empty(_pipeline.Asked);
        Assert.Empty(_ran);
    }

    [Fact]
    public async Task A_wrong_choice_is_answered_with_the_right_ones()
    {
        await RunAsync("query", "SELECT 1", "--format", "xml");

        Assert.Contains("--format is 'xml'; allowed: table, csv, json.", _spoken.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--help", "ingest")]
    [InlineData("query --help", "customertrack query \"SELECT count(*) FROM customer\"")]
    [InlineData("ingest --help", "--into")]
    [InlineData("generate --help", "--late-share")]
    [InlineData("history --help", "--data")]
    public async Task Help_is_a_result_and_shows_examples(string arguments, string expected)
    {
        Assert.Equal(0, await RunAsync(arguments.Split(' ')));
        Assert.Contains(expected, _spoken.Out, StringComparison.Ordinal);
        Assert.Equal("", _spoken.Error);
    }

    [Fact]
    public async Task Query_prints_rows()
    {
        Assert.Equal(0, await RunAsync("query", "SELECT 1", "--format", "csv"));
        Assert.Equal("id,n,on,text\r\nC1,1,true,\r\nZoë,2.50,false,x\r\n", _spoken.Out);
        Assert.Equal("", _spoken.Error);
        Assert.Equal(["SELECT 1"], _pipeline.Asked);
    }

    [Fact]
    public async Task Common_options_may_stand_before_or_behind_the_verb()
    {
        var file = _app.Of("dimensions", "customer.json");
        Assert.Equal(0, await RunAsync("--data", "elsewhere", "query", "SELECT 1"));
        Assert.Equal("elsewhere", _pipeline.Connected!.Data);
        Assert.Equal(0, await RunAsync("query", "SELECT 1", "--data", "there", "--dimension", file, "--dimension", file));
        Assert.Equal("there", _pipeline.Connected!.Data);
        Assert.Equal([file, file], _pipeline.Connected.Dimensions);
    }

    [Fact]
    public async Task The_dimensions_beside_the_program_are_the_default_but_not_their_schema()
    {
        Assert.Equal(0, await RunAsync("query", "SELECT 1"));
        Assert.Equal("./data", _pipeline.Connected!.Data);
        Assert.Equal([_app.Of("dimensions", "customer.json")], _pipeline.Connected.Dimensions);
    }

    [Fact]
    public async Task A_definition_that_does_not_exist_is_named()
    {
        Assert.Equal(2, await RunAsync("query", "SELECT 1", "--dimension", "nowhere.json"));
        Assert.Contains("'nowhere.json'", _spoken.Error, StringComparison.Ordinal);
        File.Delete(_app.Of("dimensions", "customer.json"));
        Assert.Equal(2, await RunAsync("query", "SELECT 1"));
        Assert.Contains(_app.Of("dimensions"), _spoken.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task History_passes_on_what_was_asked()
    {
        Assert.Equal(0, await RunAsync("history", "C 1|x", "--of", "customer", "--as-of", "2026-01-31", "--format", "json"));
        Assert.Equal([new HistoryRequest { Key = "C 1|x", Dimension = "customer", AsOf = "2026-01-31" }], _pipeline.Asked);
        Assert.Equal(2, JsonDocument.Parse(_spoken.Out).RootElement.GetArrayLength());
    }

    [Fact]
    public async Task Verify_ends_with_1_and_the_differences_when_there_are_some()
    {
        Assert.Equal(0, await RunAsync("verify"));
        Assert.StartsWith("Everything agrees: 1,000 customers", _spoken.Out, StringComparison.Ordinal);
        _pipeline.Agrees = false;
        Assert.Equal(1, await RunAsync("verify"));
        Assert.Contains("customer C1: the table ends at 5, the state at 6", _spoken.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Verify_as_json_is_one_object()
    {
        _pipeline.Agrees = false;
        Assert.Equal(1, await RunAsync("verify", "--json"));
        Assert.False(JsonDocument.Parse(_spoken.Out).RootElement.GetProperty("agrees").GetBoolean());
    }

    [Fact]
    public async Task Ingest_prints_counts_and_keeps_stdout_for_them()
    {
        var file = _app.Of("a.csv");
        File.WriteAllText(file, "");
        Assert.Equal(0, await RunAsync("ingest", file, "--into", "customer", "--as", "snapshot", "--json"));
        var request = Assert.IsType<IngestRequest>(Assert.Single(_pipeline.Asked));
        Assert.Equal([file], request.Files);
        Assert.Equal(("customer", IngestShape.Snapshot), (request.Into, request.As));
        Assert.Equal(9, JsonDocument.Parse(_spoken.Out).RootElement.GetProperty("accepted").GetInt64());
        Assert.Contains("rejects list", _spoken.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_file_that_does_not_exist_is_named()
    {
        Assert.Equal(2, await RunAsync("ingest", "nowhere.csv"));
        Assert.Contains("nowhere.csv", _spoken.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Rejects_are_listed_and_replayed_by_reason()
    {
        Assert.Equal(0, await RunAsync("rejects", "list", "--reason", "bad_value", "--format", "csv"));
        Assert.Equal(0, await RunAsync("rejects", "replay"));
        Assert.Equal(["bad_value", null], _pipeline.Asked);
        Assert.Contains("3 records replayed, 1 accepted.", _spoken.Out, StringComparison.Ordinal);
        Assert.Contains("back in quarantine as bad_value: 2", _spoken.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Options_of_the_generator_become_settings()
    {
        Assert.Equal(0, await RunAsync("generate", "--rows", "5", "--late-share", "0.5", "--gzip", "--to", "there"));
        var generate = Assert.IsType<GenerateArguments>(Assert.Single(_ran));
        Assert.Equal("there", generate.To);
        Assert.Equal(
            new Dictionary<string, string?> { ["CustomerTrack:Generator:Rows"] = "5", ["CustomerTrack:Generator:LateShare"] = "0.5", ["CustomerTrack:Generator:Gzip"] = "true" },
            generate.Common.Settings);
    }

    [Fact]
    public async Task Run_and_demo_get_their_address_and_time()
    {
        Assert.Equal(0, await RunAsync("run"));
        Assert.Equal(0, await RunAsync("demo", "--seconds", "30", "--url", "http://127.0.0.1:9000"));
        Assert.Equal(new Uri("http://127.0.0.1:8080"), Assert.IsType<RunArguments>(_ran[0]).Url);
        var demo = Assert.IsType<DemoArguments>(_ran[1]);
        Assert.Equal((new Uri("http://127.0.0.1:9000"), TimeSpan.FromSeconds(30)), (demo.Url, demo.Duration));
    }

    [Fact]
    public async Task Failures_end_with_1_refused_settings_with_2_and_stdout_stays_clean()
    {
        _pipeline.Failure = new CommandFailedException("The warehouse is closed.");
        Assert.Equal(1, await RunAsync("verify"));
        Assert.Equal("The warehouse is closed.\n", _spoken.Error);
        _pipeline.Failure = new OptionsValidationException("x", typeof(string), ["CustomerTrack:X is 1; allowed: 2."]);
        Assert.Equal(2, await RunAsync("verify"));
        Assert.Contains("\nCustomerTrack:X is 1; allowed: 2.\n", _spoken.Error, StringComparison.Ordinal);
        _pipeline.Failure = new OperationCanceledException();
        Assert.Equal(1, await RunAsync("verify"));
        _pipeline.Failure = new InvalidOperationException("Nobody expected this.");
        Assert.Equal(1, await RunAsync("verify"));
        Assert.Contains("Nobody expected this.", _spoken.Error, StringComparison.Ordinal);
        Assert.Equal("", _spoken.Out);
    }

    private Task<int> RunAsync(params string[] arguments)
    {
        var common = new CommonOptions(_app.Path);
        Command[] verbs =
        [
            RunVerb.Create(common, RememberAsync),
            DemoVerb.Create(common, RememberAsync),
            IngestVerb.Create(common, _pipeline, _spoken.Output),
            QueryVerb.Create(common, _pipeline, _spoken.Output),
            HistoryVerb.Create(common, _pipeline, _spoken.Output),
            VerifyVerb.Create(common, _pipeline, _spoken.Output),
            RejectsVerb.Create(common, _pipeline, _spoken.Output),
            GenerateVerb.Create(common, RememberAsync),
        ];
        return CommandLine.RunAsync(CommandLine.Create(common, verbs), arguments, _spoken.Output, TestContext.Current.CancellationToken);
    }

    private Task<int> RememberAsync(object arguments, CancellationToken cancellationToken)
    {
        _ran.Add(arguments);
        return Task.FromResult(0);
    }
}
