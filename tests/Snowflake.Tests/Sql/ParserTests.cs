using System.Text.RegularExpressions;
using CustomerTrack.Snowflake.Tests.Parsers;

namespace CustomerTrack.Snowflake.Tests;

/// <summary>
/// Every generated statement goes through two parsers that others wrote. Neither knows all of Snowflake: which kinds each parses is
/// listed here, and must stay so.
/// </summary>
public sealed partial class ParserTests
{
    private const string SchemaGrant = "GRANT USAGE, CREATE TABLE, CREATE FILE FORMAT, CREATE STAGE, CREATE PIPE, CREATE STREAM, CREATE PROCEDURE, CREATE TASK";

    // What sqlfluff 1.4.5 does not know.
    private static readonly string[] UnknownToSqlfluff =
    [
        "ALTER TABLE ADD COLUMN", // IF NOT EXISTS of a column, see Cuts
        "ALTER TABLE MODIFY COLUMN", // tags
        "ALTER TASK MODIFY AS", "ALTER TASK MODIFY WHEN", // changes of a task's definition
        "CREATE FILE FORMAT", // USE_LOGICAL_TYPE and an empty NULL_IF, see Cuts
        "CREATE OR REPLACE VIEW with policies", // policies and tags in the list of columns, see Cuts
        "CREATE PIPE", // INCLUDE_METADATA, see Cuts
        "CREATE STORAGE INTEGRATION", // the provider as a text
        "CREATE TAG", "GRANT APPLY ON TAG", // tags
        SchemaGrant + ", CREATE TAG, CREATE MASKING POLICY ON SCHEMA", // tags
    ];

    // What sqlparser-rs 0.62 does not know: all of pipes, streams, tasks, policies, tags, file formats, integrations and procedures with a body as text.
    private static readonly string[] UnknownToSqlParser =
    [
        "ALTER TABLE ADD COLUMN", "ALTER TABLE MODIFY COLUMN", "ALTER TASK MODIFY AS", "ALTER TASK MODIFY WHEN", "ALTER TASK RESUME", "ALTER TASK SET", "ALTER TASK SUSPEND",
        "CREATE FILE FORMAT", "CREATE MASKING POLICY", "CREATE OR REPLACE PROCEDURE", "CREATE PIPE", "CREATE STORAGE INTEGRATION", "CREATE STREAM", "CREATE TAG", "CREATE TASK", "CREATE WAREHOUSE",
        "CREATE OR REPLACE VIEW", "CREATE OR REPLACE VIEW with policies", // COPY GRANTS
        "DROP INTEGRATION", "DROP PIPE", "DROP TASK", "DROP WAREHOUSE",
        "GRANT APPLY ON MASKING POLICY", "GRANT APPLY ON TAG", "GRANT OPERATE, MONITOR ON PIPE", "GRANT OPERATE, MONITOR ON TASK", "GRANT USAGE ON STAGE",
        "GRANT USAGE, CREATE VIEW ON SCHEMA", SchemaGrant + " ON SCHEMA", SchemaGrant + ", CREATE TAG, CREATE MASKING POLICY ON SCHEMA",
    ];

    // Clauses that sqlfluff does not know; without them it must parse what is left.
    private static readonly (string Kind, string Clause)[] Cuts =
    [
        ("ALTER TABLE ADD COLUMN", " IF NOT EXISTS"),
        ("CREATE FILE FORMAT", @" USE_LOGICAL_TYPE = TRUE NULL_IF = \(\)"),
        ("CREATE OR REPLACE VIEW with policies", @" WITH MASKING POLICY \S+ WITH TAG \([^)]*\)"),
        ("CREATE PIPE", @"INCLUDE_METADATA = \([^)]*\)\n"),
    ];

    private static readonly IReadOnlyList<string> Statements =
    [
        .. new SnowflakeScripts(new Dimensions.DimensionCatalog([Scripts.Member, Scripts.Nasty, Scripts.Bare]), Scripts.Options(), Scripts.S3) is var masked
            ? masked.Apply.Append(masked.TearDown).SelectMany(script => script.Statements)
            : [],
        .. new SnowflakeScripts(new Dimensions.DimensionCatalog([Scripts.Member, Scripts.Nasty]), Scripts.Options(masking: false), Scripts.S3).Apply.SelectMany(script => script.Statements),
    ];

    // Of what is said again and again a few are enough: parsing is slow.
    private static IReadOnlyList<string> WithBodies { get; } =
    [
        .. Statements.Distinct().GroupBy(Kind).SelectMany(statements => statements.Key.StartsWith("CREATE", StringComparison.Ordinal) && !statements.Key.Contains(" VIEW", StringComparison.Ordinal) ? statements : statements.TakeLast(2)),
        .. Statements.Where(statement => statement.StartsWith("CREATE OR REPLACE PROCEDURE", StringComparison.Ordinal)).Distinct().Take(2).SelectMany(Scripts.Body).Where(statement => !statement.StartsWith("RETURN", StringComparison.Ordinal)),
        .. Statements.Where(statement => statement.StartsWith("CREATE MASKING POLICY", StringComparison.Ordinal)).Select(statement => "SELECT " + statement[(statement.IndexOf("-> ", StringComparison.Ordinal) + 3)..]),
    ];

    [Fact]
    public async Task Sqlfluff_parses_every_kind_of_statement_that_it_knows() => Compare(UnknownToSqlfluff, await Sqlfluff.ParseAsync(WithBodies));

    [Fact]
    public async Task Sqlparser_parses_every_kind_of_statement_that_it_knows() => Compare(UnknownToSqlParser, await SqlParser.ParseAsync(WithBodies));

    [Fact]
    public async Task Without_the_clauses_it_does_not_know_sqlfluff_parses_the_rest()
    {
        var cut = Cuts.SelectMany(cut => WithBodies.Where(statement => Kind(statement) == cut.Kind).Select(statement => Regex.Replace(statement, cut.Clause, ""))).ToList();
        Assert.Equal(cut.Count, cut.Except(WithBodies).Count());

        var wrong = await Sqlfluff.ParseAsync(cut);

        Assert.All(cut.Zip(wrong), answer => Assert.True(answer.Second is null, $"{answer.Second} in: {answer.First}"));
    }

    private static void Compare(IEnumerable<string> unknown, IReadOnlyList<string?> wrong)
    {
        var failed = WithBodies.Zip(wrong).Where(answer => answer.Second is not null).Select(answer => $"{Kind(answer.First)}").Distinct().Order(StringComparer.Ordinal).ToList();
        var expected = unknown.Order(StringComparer.Ordinal).ToList();
        Assert.True(expected.SequenceEqual(failed), $"Not parsed, but should be: {string.Join(" | ", failed.Except(expected))}. Parsed, and thought unknown: {string.Join(" | ", expected.Except(failed))}.");
    }

    private static string Kind(string statement) => Kinds().Match(statement) is { Success: true } match
        ? Name().Replace(string.Concat(match.Groups["kind"].Captures.Select(part => part.Value)), "").Trim() + (statement.StartsWith("CREATE OR REPLACE VIEW", StringComparison.Ordinal) && statement.Contains(" MASKING POLICY ", StringComparison.Ordinal) ? " with policies" : "")
        : statement.Split('\n')[0];

    [GeneratedRegex(
        @"^(?<kind>CREATE (OR REPLACE )?(TRANSIENT )?[A-Z]+( FORMAT| POLICY| INTEGRATION)?|DROP [A-Z]+|GRANT ROLE|GRANT [A-Z, ]+ ON [A-Z]+( POLICY)?|ALTER TABLE)( \S+(?<kind> ADD COLUMN| MODIFY COLUMN))?|^(?<kind>ALTER TASK) \S+(?<kind> [A-Z]+)(?<kind> (WHEN|AS))?|^(?<kind>MERGE|INSERT|DELETE|SELECT|BEGIN|COMMIT)",
        RegexOptions.ExplicitCapture)]
    private static partial Regex Kinds();

    [GeneratedRegex(@"CUSTOMERTRACK\S*")]
    private static partial Regex Name();
}
