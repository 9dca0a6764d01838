using CustomerTrack.Dimensions;

namespace CustomerTrack.Snowflake.Tests;

public sealed class SnowflakeApplyTests
{
    private const string Resume = "ALTER TASK CUSTOMERTRACK.CT.member_merge_task RESUME";

    private readonly RememberingAccount _account = new();
    private readonly SnowflakeOptions _options = Scripts.Options();
    private readonly List<ApplyStep> _steps = [];

    [Fact]
    public async Task Every_statement_runs_in_order_as_its_scripts_role()
    {
        var applied = await ApplyAsync(Scripts.Member, Scripts.Nasty);

        var scripts = Scripts.Of(Scripts.Member, Scripts.Nasty);
        Assert.Equal(scripts.Apply.SelectMany(script => script.Statements.Select(statement => (script.Role, statement))), _account.Ran);
        Assert.Equal(scripts.Apply.Sum(script => script.Statements.Count), _steps.Count);
        Assert.Equal(0, _account.Open);
        Assert.All(applied.Objects, made => Assert.Equal(made.Kind is "view" or "procedure" ? AppliedOutcome.Replaced : AppliedOutcome.Created, made.Outcome));
    }

    [Fact]
    public async Task Applied_twice_nothing_is_made()
    {
        await ApplyAsync(Scripts.Member, Scripts.Nasty, Scripts.Bare);
        var applied = await ApplyAsync(Scripts.Member, Scripts.Nasty, Scripts.Bare);

        Assert.All(applied.Objects, made => Assert.Equal(made.Kind is "view" or "procedure" ? AppliedOutcome.Replaced : AppliedOutcome.Unchanged, made.Outcome));
    }

    [Fact]
    public async Task A_dry_run_changes_nothing()
    {
        Assert.Empty((await ApplyAsync(dryRun: true, TestContext.Current.CancellationToken, Scripts.Member)).Objects);
        Assert.Empty(_account.Ran);
    }

    [Fact]
    public async Task A_column_the_definition_gained_is_added_to_the_tables()
    {
        await ApplyAsync(Scripts.Member);
        var applied = await ApplyAsync(With(Scripts.Member, [.. Scripts.Member.Columns, new("Town", Scripts.Timestamp)]));

        Assert.Equal(["member_deltas", "member_batch", "member_history", "member_current"], applied.Objects.Where(made => made.Outcome == AppliedOutcome.Altered).Select(made => made.Name[17..]));
        Assert.Contains(("CUSTOMERTRACK_OWNER", "ALTER TABLE CUSTOMERTRACK.CT.member_deltas ADD COLUMN IF NOT EXISTS \"Town\" TIMESTAMP_LTZ(6)"), _account.Ran);
        Assert.Contains(("CUSTOMERTRACK_OWNER", "ALTER TABLE CUSTOMERTRACK.CT.member_current ADD COLUMN IF NOT EXISTS \"Town\" TIMESTAMP_NTZ(6)"), _account.Ran);
    }

    [Fact]
    public async Task A_failure_says_where_and_what_Snowflake_said_and_the_next_run_goes_on()
    {
        _account.Refused = "CREATE PIPE";
        var failed = await Assert.ThrowsAsync<ApplyException>(() => ApplyAsync(Scripts.Member));

        var statements = Scripts.Of(Scripts.Member).Apply[^1].Statements;
        var number = statements.TakeWhile(statement => !statement.StartsWith("CREATE PIPE", StringComparison.Ordinal)).Count() + 1;
        Assert.Contains($"30_member.sql, statement {number} of {statements.Count}, as CUSTOMERTRACK_OWNER: CREATE PIPE IF NOT EXISTS CUSTOMERTRACK.CT.member_pipe", failed.Message, StringComparison.Ordinal);
        Assert.Contains("Snowflake said 3001: Insufficient privileges", failed.Message, StringComparison.Ordinal);
        Assert.Contains("(query q-1)", failed.Message, StringComparison.Ordinal);
        Assert.Equal(0, _account.Open);

        _account.Refused = null;
        var applied = await ApplyAsync(Scripts.Member);
        Assert.Equal(AppliedOutcome.Created, applied.Objects.Single(made => made.Kind == "pipe").Outcome);
        Assert.Equal(AppliedOutcome.Unchanged, applied.Objects.Single(made => made.Kind == "stream").Outcome);
    }

    [Theory]
    [InlineData("ALTER TASK CUSTOMERTRACK.CT.member_merge_task SUSPEND")]
    [InlineData("ALTER TASK CUSTOMERTRACK.CT.member_merge_task SET WAREHOUSE")]
    [InlineData("ALTER TASK CUSTOMERTRACK.CT.member_merge_task MODIFY AS")]
    public async Task A_merge_that_was_turned_off_is_on_again_after_a_failure(string refused)
    {
        await ApplyAsync(Scripts.Member);
        _account.Refused = refused;

        var failed = await Assert.ThrowsAsync<ApplyException>(() => ApplyAsync(Scripts.Member));

        Assert.Contains(refused, failed.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("suspended", failed.Message, StringComparison.Ordinal);
        Assert.Equal(("CUSTOMERTRACK_OWNER", Resume), _account.Ran[^1]);
        Assert.Equal(0, _account.Open);
    }

    [Fact]
    public async Task A_merge_that_was_turned_off_is_on_again_after_a_cancellation()
    {
        using var interruption = new CancellationTokenSource();
        _account.Before = statement => Interrupt(statement, interruption);

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => ApplyAsync(dryRun: false, interruption.Token, Scripts.Member));

        Assert.Equal(("CUSTOMERTRACK_OWNER", Resume), _account.Ran[^1]);
        Assert.DoesNotContain(_account.Ran, ran => ran.Statement.StartsWith("ALTER TASK CUSTOMERTRACK.CT.member_merge_task MODIFY AS", StringComparison.Ordinal));
        Assert.Equal(0, _account.Open);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_merge_that_stays_off_is_named_with_what_to_run(bool interrupted)
    {
        using var interruption = new CancellationTokenSource();
        _account.Refused = Resume;
        _account.Before = interrupted ? statement => Interrupt(statement, interruption) : null;

        var failed = await Assert.ThrowsAsync<ApplyException>(() => ApplyAsync(dryRun: false, interruption.Token, Scripts.Member));

        Assert.Contains("The task CUSTOMERTRACK.CT.member_merge_task may be suspended", failed.Message, StringComparison.Ordinal);
        Assert.Contains($"as CUSTOMERTRACK_OWNER: {Resume};", failed.Message, StringComparison.Ordinal);
        Assert.Contains("Snowflake said 3001: Insufficient privileges", failed.Message, StringComparison.Ordinal);
        Assert.Equal(interrupted, failed.InnerException is OperationCanceledException);
    }

    [Fact]
    public async Task A_failure_elsewhere_turns_nothing_on()
    {
        _account.Refused = "GRANT OPERATE, MONITOR ON TASK";

        await Assert.ThrowsAsync<ApplyException>(() => ApplyAsync(Scripts.Member));

        Assert.Single(_account.Ran, ran => ran.Statement == Resume);
    }

    [Fact]
    public async Task A_column_of_another_type_is_refused_before_anything_runs()
    {
        await ApplyAsync(Scripts.Member);
        await RefusedAsync("column 'points' is VARCHAR in the definition, but the table has NUMBER(19,0)", With(Scripts.Member, [new("name", Scripts.Text), new("points", Scripts.Text), new("order", Scripts.Timestamp)]));
    }

    [Fact]
    public async Task Another_sequence_is_refused()
    {
        await ApplyAsync(Scripts.Member);
        await RefusedAsync("the sequence is NUMBER(19,0) in the definition, but the table has TIMESTAMP_LTZ(6)", new()
        {
            Name = "member",
            Key = Scripts.Member.Key,
            Sequence = new() { Source = SequenceSource.Column, Type = Scripts.Int64, Column = "seq" },
            Columns = Scripts.Member.Columns,
        });
    }

    [Fact]
    public async Task Another_key_is_refused_whether_longer_shorter_or_from_a_data_column()
    {
        await ApplyAsync(Scripts.Member);
        await RefusedAsync("column 'region' is new and part of the key", Keyed([.. Scripts.Member.Key, new("region", Scripts.Text)], Scripts.Member.Columns));
        await RefusedAsync("the table's column 'NUMBER' is part of the key and not in the definition", Keyed([Scripts.Member.Key[0]], Scripts.Member.Columns));
        await RefusedAsync("column 'name' is part of the key in the definition, but the table was made the other way", Keyed([.. Scripts.Member.Key, new("name", Scripts.Text)], [.. Scripts.Member.Columns.Skip(1)]));
        await RefusedAsync("column 'number' is not part of the key in the definition", Keyed([Scripts.Member.Key[0]], [.. Scripts.Member.Columns, new("number", Scripts.Int64)]));
    }

    [Theory]
    [InlineData("s3://my-bucket/other/dimension=member/", "CUSTOMERTRACK_S3", "reads s3://my-bucket/other/dimension=member/, but the lake of dimension 'member' is at s3://my-bucket/lake/dimension=member/")]
    [InlineData("s3://my-bucket/lake/dimension=member/", "OTHER", "uses the storage integration OTHER")]
    public async Task A_stage_of_another_place_is_refused(string url, string integration, string sentence)
    {
        await ApplyAsync(Scripts.Member);
        _account.Answers["SHOW STAGES IN SCHEMA CUSTOMERTRACK.CT"] = RememberingAccount.Rows(["name", "url", "storage_integration"], ["MEMBER_STAGE", url, integration]);
        await RefusedAsync(sentence, Scripts.Member);
    }

    [Theory]
    [InlineData("COPY INTO CUSTOMERTRACK.CT.member_deltas\nFROM @CUSTOMERTRACK.CT.member_stage", "arn:aws:sqs:us-east-1:1:q", "was made for Notification AutoIngest, but CustomerTrack:Snowflake:Notification is 'Rest'")]
    [InlineData("COPY INTO elsewhere FROM @CUSTOMERTRACK.CT.member_stage", null, "which does not name CUSTOMERTRACK.CT.member_deltas")]
    public async Task A_pipe_of_another_kind_is_refused(string definition, string? channel, string sentence)
    {
        await ApplyAsync(Scripts.Member);
        _account.Answers["SHOW PIPES IN SCHEMA CUSTOMERTRACK.CT"] = RememberingAccount.Rows(["name", "definition", "notification_channel"], ["MEMBER_PIPE", definition, channel]);
        await RefusedAsync(sentence, Scripts.Member);
    }

    [Theory]
    [InlineData("arn:aws:iam::1:role/other", "s3://my-bucket/lake/", "SET STORAGE_AWS_ROLE_ARN = 'arn:aws:iam::001234567890:role/customertrack-lake'")]
    [InlineData("arn:aws:iam::001234567890:role/customertrack-lake", "s3://a/,s3://b/", "SET STORAGE_ALLOWED_LOCATIONS = ('s3://a/', 's3://b/', 's3://my-bucket/lake/')")]
    public async Task An_integration_that_does_not_reach_the_lake_is_refused_with_what_to_run(string role, string locations, string statement)
    {
        _account.Answers["DESC INTEGRATION CUSTOMERTRACK_S3"] = RememberingAccount.Rows(["property", "property_value"], ["STORAGE_AWS_ROLE_ARN", role], ["STORAGE_ALLOWED_LOCATIONS", locations]);
        await RefusedAsync(statement, Scripts.Member);
    }

    [Fact]
    public async Task What_is_left_to_do_in_AWS_is_ready_to_paste()
    {
        _options.Notification = SnowflakeNotification.AutoIngest;
        _account.Answers["DESC INTEGRATION CUSTOMERTRACK_S3"] = RememberingAccount.Rows(
            ["property", "property_value"],
            ["STORAGE_AWS_ROLE_ARN", _options.StorageRoleArn], ["STORAGE_ALLOWED_LOCATIONS", "s3://my-bucket/lake/"], ["STORAGE_AWS_IAM_USER_ARN", "arn:aws:iam::9:user/abc"], ["STORAGE_AWS_EXTERNAL_ID", "ACME_SFCRole=1_x="]);
        _account.Answers["SHOW PIPES IN SCHEMA CUSTOMERTRACK.CT"] = RememberingAccount.Rows(
            ["name", "definition", "notification_channel"], ["MEMBER_PIPE", "COPY INTO CUSTOMERTRACK.CT.member_deltas FROM @CUSTOMERTRACK.CT.member_stage", "arn:aws:sqs:us-east-1:9:sf-snowpipe-x"]);

        var text = AwsSetup.Describe(await ApplyAsync(Scripts.Member), _options, Scripts.S3);

        foreach (var part in (string[])["\"AWS\": \"arn:aws:iam::9:user/abc\"", "\"sts:ExternalId\": \"ACME_SFCRole=1_x=\"", "\"arn:aws:s3:::my-bucket/lake/*\"", "\"s3:GetObjectVersion\"", "\"QueueArn\": \"arn:aws:sqs:us-east-1:9:sf-snowpipe-x\"", "\"Value\": \"lake/dimension=member/\""])
        {
            Assert.Contains(part, text, StringComparison.Ordinal);
        }
    }

    private static DimensionDefinition With(DimensionDefinition dimension, IReadOnlyList<Column> columns) =>
        new() { Name = dimension.Name, Key = dimension.Key, Sequence = dimension.Sequence, Columns = columns };

    private static DimensionDefinition Keyed(IReadOnlyList<Column> key, IReadOnlyList<Column> columns) =>
        new() { Name = "member", Key = key, Sequence = Scripts.Member.Sequence, Columns = columns };

    private async Task RefusedAsync(string sentence, DimensionDefinition dimension)
    {
        var before = _account.Ran.Count;
        var refused = await Assert.ThrowsAsync<ApplyException>(() => ApplyAsync(dimension));
        Assert.Contains(sentence, refused.Message, StringComparison.Ordinal);
        Assert.Equal(before, _account.Ran.Count);
        Assert.Equal(0, _account.Open);
    }

    private static void Interrupt(string statement, CancellationTokenSource interruption)
    {
        if (statement.StartsWith("ALTER TASK CUSTOMERTRACK.CT.member_merge_task MODIFY AS", StringComparison.Ordinal))
        {
            interruption.Cancel();
        }
    }

    private Task<SnowflakeApplied> ApplyAsync(params DimensionDefinition[] dimensions) => ApplyAsync(dryRun: false, TestContext.Current.CancellationToken, dimensions);

    private Task<SnowflakeApplied> ApplyAsync(bool dryRun, CancellationToken cancellationToken, params DimensionDefinition[] dimensions)
    {
        var catalog = new DimensionCatalog(dimensions);
        var apply = new SnowflakeApply(new(catalog, _options, Scripts.S3), catalog, _options, _account.Connect);
        return apply.RunAsync(dryRun, new Collected(_steps), cancellationToken);
    }

    private sealed class Collected(List<ApplyStep> steps) : IProgress<ApplyStep>
    {
        public void Report(ApplyStep value) => steps.Add(value);
    }
}
