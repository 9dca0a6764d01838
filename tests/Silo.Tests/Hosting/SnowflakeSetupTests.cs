using CustomerTrack.Cli;
using CustomerTrack.Snowflake;

namespace CustomerTrack.Hosting;

public sealed class SnowflakeSetupTests : IDisposable
{
    private readonly Spoken _spoken = new();
    private readonly TempFolder _folder = new();
    private readonly Dictionary<string, string?> _settings = new()
    {
        ["CustomerTrack:Lake:Kind"] = "S3",
        ["CustomerTrack:S3:Bucket"] = "my-bucket",
        ["CustomerTrack:Snowflake:StorageRoleArn"] = "arn:aws:iam::001234567890:role/lake",
    };

    public SnowflakeSetupTests()
    {
        File.WriteAllText(_folder.Of("member.json"), """
            { "name": "member", "key": ["id"], "sequence": { "column": "at", "type": "timestamp" }, "columns": { "name": { "type": "text" } }, "pii": ["name"] }
            """);
    }

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private CommonArguments Common => new() { Data = _folder.Of("data"), Dimensions = [_folder.Of("member.json")], Settings = _settings };

    public void Dispose()
    {
        _spoken.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public async Task Scripts_are_printed_one_after_the_other_with_their_files_names()
    {
        Assert.Equal(0, await SqlAsync());

        Assert.Equal(["-- file: 10_account.sql", "-- file: 20_schema.sql", "-- file: 30_member.sql"], _spoken.Out.Split('\n').Where(line => line.StartsWith("-- file", StringComparison.Ordinal)));
        Assert.Equal(3, _spoken.Out.Split('\n').Count(line => line.StartsWith("USE ROLE ", StringComparison.Ordinal)));
        Assert.DoesNotContain("DROP ", _spoken.Out, StringComparison.Ordinal);
        Assert.Equal("", _spoken.Error);
    }

    [Fact]
    public async Task The_tear_down_is_printed_alone_and_only_when_it_is_asked_for()
    {
        Assert.Equal(0, await SqlAsync(tearDown: true));

        Assert.StartsWith("-- file: teardown.sql\nUSE ROLE ACCOUNTADMIN;\n", _spoken.Out, StringComparison.Ordinal);
        Assert.DoesNotContain("CREATE ", _spoken.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Scripts_are_written_to_files()
    {
        Assert.Equal(0, await SqlAsync(output: _folder.Of("scripts")));

        Assert.Equal(["10_account.sql", "20_schema.sql", "30_member.sql"], Directory.GetFiles(_folder.Of("scripts")).Select(Path.GetFileName).Order(StringComparer.Ordinal));
        Assert.StartsWith("USE ROLE CUSTOMERTRACK_OWNER;\n", await File.ReadAllTextAsync(_folder.Of("scripts", "30_member.sql"), Cancel), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Everything_that_is_missing_to_apply_is_said_at_once()
    {
        _settings["CustomerTrack:Snowflake:Schema"] = "CT";

        var wrong = await Assert.ThrowsAsync<UsageException>(() => ApplyAsync(_ => throw new InvalidOperationException("Nobody is asked.")));

        Assert.Equal(
            ["CustomerTrack:Snowflake:InternalSchema", "CustomerTrack:Snowflake:Account", "CustomerTrack:Snowflake:User", "CustomerTrack:Snowflake:PrivateKeyFile"],
            wrong.Message.Split(Environment.NewLine).Select(line => line.Split(' ')[0]));
    }

    [Fact]
    public async Task What_Snowflake_refuses_ends_the_command_and_no_secret_is_shown()
    {
        Connected();

        var failed = await Assert.ThrowsAsync<CommandFailedException>(() => ApplyAsync(_ => throw new SnowflakeException("The account does not answer.")));

        Assert.Contains("The account does not answer.", failed.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("hidden", failed.Message + _spoken.Out + _spoken.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Applying_prints_what_was_made_and_what_is_left_to_do()
    {
        Connected();
        await using var account = new Account();

        Assert.Equal(0, await ApplyAsync(_ => account));

        Assert.Contains("10_account.sql: 26 statements\n", _spoken.Error, StringComparison.Ordinal);
        Assert.Matches(@"30_member.sql\W+pipe\W+CUSTOMERTRACK\.CT\.member_pipe\W+created", _spoken.Out);
        Assert.Matches(@"30_member.sql\W+view\W+CUSTOMERTRACK\.PUBLIC\.member_history\W+replaced", _spoken.Out);
        Assert.Contains("\"sts:ExternalId\": \"id-1\"", _spoken.Out, StringComparison.Ordinal);
    }

    private void Connected()
    {
        _settings["CustomerTrack:Snowflake:Account"] = "myorg-acct";
        _settings["CustomerTrack:Snowflake:User"] = "me";
        _settings["CustomerTrack:Snowflake:PrivateKey"] = "hidden";
    }

    private Task<int> SqlAsync(bool tearDown = false, string? output = null) =>
        new SnowflakeSetup(_spoken.Output, (_, _) => throw new InvalidOperationException("Nobody is asked.")).PrintAsync(new() { Common = Common, TearDown = tearDown, Output = output }, Cancel);

    private Task<int> ApplyAsync(Func<SnowflakeSession, ISnowflakeSql> connect) =>
        new SnowflakeSetup(_spoken.Output, (_, session) => connect(session)).ApplyAsync(new() { Common = Common, DryRun = false }, Cancel);

    // An empty account, whose integration is there once it was made.
    private sealed class Account : ISnowflakeSql
    {
        private bool _isMade;

        public Task<SnowflakeRows> QueryAsync(string statement, IReadOnlyList<string> binds, CancellationToken cancellationToken = default)
        {
            _isMade |= statement.StartsWith("CREATE STORAGE INTEGRATION", StringComparison.Ordinal);
            return Task.FromResult(statement switch
            {
                "DESC INTEGRATION CUSTOMERTRACK_S3" when _isMade => Rows(["property", "property_value"], ["STORAGE_AWS_IAM_USER_ARN", "arn:aws:iam::9:user/x"], ["STORAGE_AWS_EXTERNAL_ID", "id-1"]),
                _ when statement.StartsWith("DESC ", StringComparison.Ordinal) => throw new SnowflakeException("It does not exist.") { Code = 2003 },
                _ when statement.StartsWith("SHOW ", StringComparison.Ordinal) => Rows(["name"]),
                _ => Rows(["status"], ["Successfully created."]),
            });
        }

        public Task ExecuteAsync(IReadOnlyList<string> statements, CancellationToken cancellationToken = default) => throw new NotSupportedException();

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;

        private static SnowflakeRows Rows(string[] columns, params string?[][] rows) => new() { Columns = [.. columns.Select(name => new SnowflakeColumn(name, "text"))], Rows = rows };
    }
}
