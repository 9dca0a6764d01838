using System.CommandLine;
using CustomerTrack.Cli.Output;
using CustomerTrack.Cli.Pipeline;

namespace CustomerTrack.Cli.Verbs;

/// <summary><c>query SQL</c></summary>
internal static class QueryVerb
{
    public static Command Create(CommonOptions common, IPipelineConnector pipelines, CommandOutput output)
    {
        var sql = new Argument<string>("SQL") { Description = "Read-only SQL. Tables: <dimension> (now) and <dimension>_history (every version)." };
        var format = ResultFormatOption.Create();
        var verb = new Command("query", """
            Runs read-only SQL on the warehouse; asks the running process if there is one.

            Examples:
              customertrack query "SELECT count(*) FROM customer"
              customertrack query "SELECT * FROM customer_history WHERE is_current" --format csv > now.csv
            """) { sql, format };
        verb.SetAction(async (parsed, cancellationToken) =>
        {
            await using var pipeline = await pipelines.ConnectAsync(common.Of(parsed), cancellationToken);
            await using var result = await pipeline.QueryAsync(parsed.GetRequiredValue(sql), cancellationToken);
            await ResultPrinter.PrintAsync(result, parsed.GetValue(format), output, cancellationToken);
            return ExitCode.Done;
        });
        return verb;
    }
}
