using System.Text.RegularExpressions;
using CustomerTrack.Dimensions;
using CustomerTrack.Merge;

namespace CustomerTrack.Snowflake.Tests;

public sealed partial class SnowflakeScriptsTests
{
    private static readonly SnowflakeScripts All = new(Scripts.All, Scripts.Options(), Scripts.S3);

    [Fact]
    public void The_account_comes_first_then_the_schema_then_each_dimension()
    {
        Assert.Equal(
            [("10_account.sql", "ACCOUNTADMIN"), ("20_schema.sql", "CUSTOMERTRACK_OWNER"), .. Scripts.All.All.Select(dimension => ($"30_{dimension.Name}.sql", "CUSTOMERTRACK_OWNER"))],
            All.Apply.Select(script => (script.Name, script.Role)));
        Assert.Equal(("teardown.sql", "ACCOUNTADMIN"), (All.TearDown.Name, All.TearDown.Role));
    }

    [Fact]
    public void The_same_definitions_give_the_same_text()
    {
        var again = new SnowflakeScripts(Scripts.All, Scripts.Options(), Scripts.S3);

        Assert.Equal(All.Apply.Append(All.TearDown).Select(script => script.ToFile()), again.Apply.Append(again.TearDown).Select(script => script.ToFile()));
    }

    [Fact]
    public void Nothing_that_has_a_state_is_replaced_and_nothing_is_dropped() => Assert.All(All.Apply.SelectMany(script => script.Statements), statement =>
    {
        var subject = StatementSubject.Of(statement);
        Assert.Contains(subject.Verb, (string[])["CREATE", "ALTER", "GRANT"]);
        if (subject.Verb == "CREATE")
        {
            Assert.Equal(subject.Kind is "view" or "procedure", subject.IsReplacing);
            Assert.Equal(!subject.IsReplacing, statement.Contains(" IF NOT EXISTS ", StringComparison.Ordinal));
        }

        Assert.DoesNotMatch(@"(?i)\b(DROP|TRUNCATE|REVOKE|SWAP|UNDROP|UNSET|REFRESH)\b", WithoutQuotes(statement));
    });

    [Fact]
    public void Only_the_tear_down_drops_and_it_drops_all_that_was_made()
    {
        Assert.All(All.TearDown.Statements, statement => Assert.Matches(@"^DROP [A-Z]+ IF EXISTS \S+$", statement));
        string[] withTheirSchema = ["file format", "tag", "masking policy", "database"];
        var made = All.Apply.SelectMany(script => script.Statements).Select(StatementSubject.Of).Where(subject => subject.Verb == "CREATE" && !withTheirSchema.Contains(subject.Kind)).Select(subject => subject.Name)
            .Where(name => name != "CUSTOMERTRACK.PUBLIC").Distinct().Order(StringComparer.Ordinal);
        Assert.Equal(made, All.TearDown.Statements.Select(statement => StatementSubject.Of(statement).Name).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void No_placeholder_is_left_and_no_text_is_cut() => Assert.All(All.Apply.Append(All.TearDown), script =>
    {
        Assert.DoesNotMatch("[{}]", script.Text);
        Assert.Equal(script.Statements, SqlStatements.Split(script.ToFile()).Skip(1));
        Assert.NotEmpty(script.Statements);
    });

    [Fact]
    public void Nothing_is_made_after_what_needs_it()
    {
        var made = new HashSet<string>(StringComparer.Ordinal);
        foreach (var statement in All.Apply.SelectMany(script => script.Statements))
        {
            var subject = StatementSubject.Of(statement);
            foreach (Match name in QualifiedName().Matches(WithoutComments(statement)))
            {
                if (name.Value.Count('.') == 2 && name.Value != subject.Name)
                {
                    Assert.True(made.Contains(name.Value), $"{name.Value} is used before it is made, in: {statement}");
                }
            }

            made.Add(subject.Name);
        }
    }

    [Fact]
    public void A_name_that_is_a_word_of_SQL_or_not_lower_case_is_quoted_everywhere()
    {
        var script = All.Apply.Single(script => script.Name == "30_table.sql");
        foreach (var name in (string[])["order", "Group", "SELECT", "from", "Mixed_Case", "where", "values", "qualify", "Loaded_At"])
        {
            // As a column it follows a bracket, a comma, a dot or a line's start; bare words of SQL do not stand before a comma or a dot.
            Assert.DoesNotMatch($@"(?m)(^ +|[(,.] ?){name}(,| [A-Z]+[(,]|\.|$)", WithoutComments(script.Text));
            Assert.Contains($"\"{name}\"", script.Text, StringComparison.Ordinal);
        }

        // The dimension's own name is a reserved word.
        Assert.Contains("CREATE OR REPLACE VIEW CUSTOMERTRACK.PUBLIC.\"table\" (", script.Text, StringComparison.Ordinal);
        Assert.Contains("CREATE OR REPLACE VIEW CUSTOMERTRACK.PUBLIC.table_history (", script.Text, StringComparison.Ordinal);
    }

    [Fact]
    public void A_column_that_is_called_like_one_of_the_loading_keeps_its_name()
    {
        var text = All.Apply.Single(script => script.Name == "30_table.sql").Text;

        Assert.Contains("INCLUDE_METADATA = (ct_object = METADATA$FILENAME, ct_loaded_at = METADATA$START_SCAN_TIME)", text, StringComparison.Ordinal);
        Assert.Contains("    object_name VARCHAR,\n", text, StringComparison.Ordinal);
        Assert.Contains("    ct_object VARCHAR,\n    ct_loaded_at TIMESTAMP_LTZ(6)\n", text, StringComparison.Ordinal);
        Assert.Contains("    ct_object VARCHAR,\n    ct_taken_at TIMESTAMP_NTZ(6)\n", text, StringComparison.Ordinal);
        Assert.Contains("SELECT ct_object AS object_name, COUNT(*) AS row_count, MAX(ct_taken_at) AS taken_at", text, StringComparison.Ordinal);
    }

    [Fact]
    public void The_merge_is_the_shared_text()
    {
        var sql = new DimensionSql(Scripts.Member);
        var text = Scripts.Of(Scripts.Member).Apply[^1].Text;

        Assert.Contains(sql.MergeHistory("CUSTOMERTRACK.CT.member_history", "CUSTOMERTRACK.CT.member_batch"), text, StringComparison.Ordinal);
        Assert.Contains(sql.MergeCurrent("CUSTOMERTRACK.CT.member_current", "CUSTOMERTRACK.CT.member_batch"), text, StringComparison.Ordinal);
    }

    [Fact]
    public void The_merge_reads_the_stream_once_in_one_transaction_without_DDL()
    {
        var body = Scripts.Body(Scripts.Of(Scripts.Member).Apply[^1].Statements.Single(statement => statement.StartsWith("CREATE OR REPLACE PROCEDURE", StringComparison.Ordinal)));
        var verbs = body.Select(statement => statement.Split(' ', 2)[0]).ToList();

        Assert.Equal(["BEGIN", "DELETE", "INSERT", "MERGE", "INSERT", "MERGE", "INSERT", "MERGE", "MERGE", "COMMIT", "BEGIN", "DELETE", "COMMIT", "RETURN"], verbs);
        Assert.Single(body, statement => statement.Contains("member_stream", StringComparison.Ordinal));
        Assert.Contains("member_stream", body[2], StringComparison.Ordinal);
    }

    [Fact]
    public void The_ledger_says_when_the_merge_took_its_deltas()
    {
        var procedure = Scripts.Of(Scripts.Member).Apply[^1].Statements.Single(statement => statement.StartsWith("CREATE OR REPLACE PROCEDURE", StringComparison.Ordinal));

        // The clock is asked once, before the transaction begins.
        Assert.True(procedure.IndexOf("taken_at TIMESTAMP_NTZ(6) DEFAULT SYSDATE()::TIMESTAMP_NTZ(6);", StringComparison.Ordinal) is var asked && asked > 0 && asked < procedure.IndexOf("BEGIN TRANSACTION", StringComparison.Ordinal));
        Assert.Equal(asked, procedure.LastIndexOf("SYSDATE", StringComparison.Ordinal) - "taken_at TIMESTAMP_NTZ(6) DEFAULT ".Length);
        Assert.Contains("ct_shard, ct_object, :taken_at\n    FROM CUSTOMERTRACK.CT.member_stream", procedure, StringComparison.Ordinal);
    }

    [Fact]
    public void A_table_of_an_older_version_gains_the_column_that_the_merge_fills() => Assert.All(Scripts.All.All.Zip(All.Apply.Skip(2)), made =>
        Assert.Single(made.Second.Statements, statement => statement == $"ALTER TABLE {new SnowflakeNames(Scripts.Options()).Batch(made.First)} ADD COLUMN IF NOT EXISTS ct_taken_at TIMESTAMP_NTZ(6)"));

    [Fact]
    public void The_views_have_the_columns_that_people_rely_on_in_their_order()
    {
        var views = Scripts.Of(Scripts.Member).Apply[^1].Statements.Where(statement => statement.StartsWith("CREATE OR REPLACE VIEW", StringComparison.Ordinal))
            .ToDictionary(statement => StatementSubject.Of(statement).Name[21..], statement => Header().Match(statement).Groups[1].Value.Split(',', StringSplitOptions.TrimEntries));

        string[] current = ["club", "number", "name", "points", "\"order\"", "valid_from", "revision"];
        string[] history = ["club", "number", "name", "points", "\"order\"", "valid_from", "valid_to", "is_current", "revision", "recorded_at", "source_file", "source_row"];
        Assert.Equal(["member", "member_fresh", "member_history", "member_history_fresh"], views.Keys.Order(StringComparer.Ordinal));
        Assert.Equal(current, views["member"]);
        Assert.Equal(current, views["member_fresh"]);
        Assert.Equal(history, views["member_history"]);
        Assert.Equal(history, views["member_history_fresh"]);
    }

    [Fact]
    public void Masking_is_on_the_views_alone_and_each_policy_has_the_exact_type()
    {
        var statements = All.Apply.SelectMany(script => script.Statements).ToList();

        Assert.DoesNotContain(statements, statement => statement.Contains("SET MASKING POLICY", StringComparison.Ordinal));
        Assert.All(statements.Where(statement => statement.Contains("WITH MASKING POLICY", StringComparison.Ordinal)), statement => Assert.StartsWith("CREATE OR REPLACE VIEW", statement, StringComparison.Ordinal));
        Assert.Contains("CREATE MASKING POLICY IF NOT EXISTS CUSTOMERTRACK.CT.mask_decimal_12_2 AS (val NUMBER(12,2)) RETURNS NUMBER(12,2) -> CASE WHEN IS_ROLE_IN_SESSION('CUSTOMERTRACK_PII_READER') THEN val ELSE NULL END", statements);
        Assert.Contains("CREATE MASKING POLICY IF NOT EXISTS CUSTOMERTRACK.CT.mask_json AS (val VARIANT) RETURNS VARIANT -> CASE WHEN IS_ROLE_IN_SESSION('CUSTOMERTRACK_PII_READER') THEN val ELSE NULL END", statements);

        // Every personal column of every view, and no other.
        var views = statements.Where(statement => statement.StartsWith("CREATE OR REPLACE VIEW CUSTOMERTRACK.PUBLIC.\"table\"", StringComparison.Ordinal) || statement.StartsWith("CREATE OR REPLACE VIEW CUSTOMERTRACK.PUBLIC.table", StringComparison.Ordinal)).ToList();
        Assert.Equal(4, views.Count);
        Assert.All(views, view => Assert.Equal(
            Scripts.Nasty.Pii.Order(StringComparer.Ordinal),
            MaskedColumn().Matches(view).Select(column => column.Groups[1].Value).Order(StringComparer.Ordinal)));
    }

    [Fact]
    public void Without_masking_no_feature_of_the_larger_editions_is_used()
    {
        var scripts = new SnowflakeScripts(Scripts.All, Scripts.Options(masking: false), Scripts.S3);

        Assert.DoesNotContain(scripts.Apply, script => Regex.IsMatch(string.Join(";", script.Statements), @"MASKING POLICY|\bTAG\b"));
    }

    [Fact]
    public void Two_things_of_one_name_are_refused()
    {
        var history = new DimensionDefinition { Name = "member_history", Key = Scripts.Member.Key, Sequence = Scripts.Member.Sequence, Columns = [] };
        Assert.Contains("'member' and 'member_history' would both make CUSTOMERTRACK.PUBLIC.MEMBER_HISTORY", Assert.Throws<ArgumentException>(() => Scripts.Of(Scripts.Member, history)).Message, StringComparison.Ordinal);

        var options = Scripts.Options();
        options.InternalSchema = "public";
        Assert.Contains("have to differ", Assert.Throws<ArgumentException>(() => new SnowflakeScripts(Scripts.All, options, Scripts.S3)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("arn:aws:iam::001234567890:role/x", "'S3'", "s3://my-bucket/lake/")]
    [InlineData("arn:aws-us-gov:iam::001234567890:role/x", "'S3GOV'", "s3gov://my-bucket/lake/")]
    [InlineData("arn:aws-cn:iam::001234567890:role/x", "'S3CHINA'", "s3china://my-bucket/lake/")]
    public void The_partition_of_AWS_decides_how_the_bucket_is_named(string role, string provider, string location)
    {
        var options = Scripts.Options();
        options.StorageRoleArn = role;
        var scripts = new SnowflakeScripts(Scripts.All, options, Scripts.S3);

        Assert.Equal(location, scripts.Location);
        Assert.Contains($"STORAGE_PROVIDER = {provider}", scripts.Apply[0].Text, StringComparison.Ordinal);
        Assert.Contains($"'{location}dimension=member/'", scripts.Apply[2].Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("bucket'); DROP ROLE x; --")]
    [InlineData("Bucket")]
    [InlineData(null)]
    public void A_bucket_that_cannot_be_one_is_refused(string? bucket) =>
        Assert.Throws<ArgumentException>(() => new SnowflakeScripts(Scripts.All, Scripts.Options(), new() { Bucket = bucket }));

    [Fact]
    public void Names_and_times_come_from_the_settings()
    {
        var options = Scripts.Options();
        (options.Database, options.Schema, options.InternalSchema, options.Warehouse, options.RolePrefix, options.AdminRole, options.StorageIntegration) = ("db1", "S1", "i1", "W1", "R1", "A1", "INT1");
        (options.Notification, options.MergeInterval, options.DeltaRetentionDays) = (SnowflakeNotification.AutoIngest, TimeSpan.FromSeconds(60.2), 30);
        var scripts = new SnowflakeScripts(new DimensionCatalog([Scripts.Member]), options, Scripts.S3);
        var text = string.Join('\n', scripts.Apply.Append(scripts.TearDown).SelectMany(script => script.Statements));

        Assert.DoesNotContain("CUSTOMERTRACK", text, StringComparison.Ordinal);
        Assert.Contains("CREATE PIPE IF NOT EXISTS db1.i1.member_pipe AUTO_INGEST = TRUE AS", text, StringComparison.Ordinal);
        Assert.Contains("SET USER_TASK_MINIMUM_TRIGGER_INTERVAL_IN_SECONDS = 61", text, StringComparison.Ordinal);
        Assert.Contains("DATEADD('day', -30, ", text, StringComparison.Ordinal);
        Assert.Equal("A1", scripts.Apply[0].Role);
    }

    private static string WithoutComments(string sql) => Comment().Replace(sql, "");

    private static string WithoutQuotes(string sql) => Quoted().Replace(WithoutComments(sql), "x");

    [GeneratedRegex("""CUSTOMERTRACK\.(CT|PUBLIC)\.("[^"]*"|[a-z0-9_]+)""")]
    private static partial Regex QualifiedName();

    [GeneratedRegex("--[^\n]*")]
    private static partial Regex Comment();

    [GeneratedRegex("\"[^\"]*\"")]
    private static partial Regex Quoted();

    [GeneratedRegex(@"\(\n(.*?)\n\) COPY GRANTS", RegexOptions.Singleline)]
    private static partial Regex Header();

    [GeneratedRegex("""^    "?([A-Za-z_]+)"? WITH MASKING POLICY \S+ WITH TAG \(\S+ = 'true'\),?$""", RegexOptions.Multiline)]
    private static partial Regex MaskedColumn();
}
