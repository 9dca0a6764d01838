using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using CustomerTrack.Cli.Output;
using CustomerTrack.Cli.Pipeline;

namespace CustomerTrack.Cli.Verbs;

/// <summary><c>verify</c></summary>
internal static class VerifyVerb
{
    public static Command Create(CommonOptions common, IPipelineConnector pipelines, CommandOutput output)
    {
        var json = new Option<bool>("--json") { Description = "Prints the report as one JSON object." };
        var snowflake = new Option<bool>("--snowflake") { Description = "Also checks the tables in Snowflake, once everything is delivered there; uses its warehouse." };
        var verb = new Command("verify", """
            Checks the invariants of every history, and that customers' states, lake and tables agree. Exit code 1 if not.

            Example:
              customertrack verify --json
            """) { json, snowflake };
        verb.SetAction(async (parsed, cancellationToken) =>
        {
            await using var pipeline = await pipelines.ConnectAsync(common.Of(parsed), cancellationToken);
            var report = await pipeline.VerifyAsync(new() { Snowflake = parsed.GetValue(snowflake) }, cancellationToken);
            if (parsed.GetValue(json))
            {
                await output.Out.WriteLineAsync(JsonSerializer.Serialize(report, ResultJson.Options));
            }
            else
            {
                foreach (var difference in report.Differences)
                {
                    await output.Out.WriteLineAsync(TableFormat.Visible(difference));
                }

                await output.Out.WriteLineAsync(string.Create(
                    CultureInfo.InvariantCulture,
                    $"{(report.Agrees ? "Everything agrees" : "There are differences")}: {report.Customers:N0} customers with {report.Versions:N0} versions compared in {report.Seconds:F1} s."));
            }

            return report.Agrees ? ExitCode.Done : ExitCode.Failed;
        });
        return verb;
    }
}
