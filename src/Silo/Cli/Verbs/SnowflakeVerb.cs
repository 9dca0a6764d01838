using System.CommandLine;

namespace CustomerTrack.Cli.Verbs;

/// <summary><c>snowflake sql|apply</c></summary>
internal static class SnowflakeVerb
{
    public static Command Create(
        CommonOptions common,
        Func<SnowflakeSqlArguments, CancellationToken, Task<int>> sql,
        Func<SnowflakeApplyArguments, CancellationToken, Task<int>> apply) => new("snowflake", """
        What Snowflake needs for the dimensions: roles, tables, pipes, merges, views. Settings: CustomerTrack:Snowflake and CustomerTrack:S3.

        Examples:
          customertrack snowflake sql --output ./scripts
          customertrack snowflake apply
        """)
    {
        CreateSql(common, sql),
        CreateApply(common, apply),
    };

    private static Command CreateSql(CommonOptions common, Func<SnowflakeSqlArguments, CancellationToken, Task<int>> run)
    {
        var tearDown = new Option<bool>("--teardown") { Description = "Prints the script that removes everything from Snowflake instead." };
        var output = new Option<string?>("--output") { HelpName = "DIR", Description = "Writes a file for each script into this folder. [default: all to stdout]" };
        var verb = new Command("sql", "Prints the scripts. Nothing is asked of Snowflake.") { tearDown, output };
        verb.SetAction((parsed, cancellationToken) => run(
            new() { Common = common.Of(parsed), TearDown = parsed.GetValue(tearDown), Output = parsed.GetValue(output) },
            cancellationToken));
        return verb;
    }

    private static Command CreateApply(CommonOptions common, Func<SnowflakeApplyArguments, CancellationToken, Task<int>> run)
    {
        var dryRun = new Option<bool>("--dry-run") { Description = "Compares what is in Snowflake with the definitions, lists what would run, and changes nothing." };
        var verb = new Command("apply", "Runs the scripts; may be repeated at any time. Says afterwards what is left to do in AWS.") { dryRun };
        verb.SetAction((parsed, cancellationToken) => run(new() { Common = common.Of(parsed), DryRun = parsed.GetValue(dryRun) }, cancellationToken));
        return verb;
    }
}
