using System.CommandLine;
using System.Globalization;
using CustomerTrack.Cli.Output;
using CustomerTrack.Cli.Pipeline;

namespace CustomerTrack.Cli.Verbs;

/// <summary><c>rejects list|replay</c></summary>
internal static class RejectsVerb
{
    public static Command Create(CommonOptions common, IPipelineConnector pipelines, CommandOutput output) => new("rejects", """
        The quarantine: records that were not accepted, with file, line and reason.

        Examples:
          customertrack rejects list --reason bad_value
          customertrack rejects replay
        """)
    {
        CreateList(common, pipelines, output),
        CreateReplay(common, pipelines, output),
    };

    private static Command CreateList(CommonOptions common, IPipelineConnector pipelines, CommandOutput output)
    {
        var reason = ReasonOption();
        var format = ResultFormatOption.Create();
        var verb = new Command("list", "Counts the records in quarantine by file and reason. The records themselves, with line and detail, are in DIR/rejected/<dimension>/*.ndjson. Whole files that came from a bucket and could not be read stay there, beside its landing prefix (docs/operations.md).") { reason, format };
        verb.SetAction(async (parsed, cancellationToken) =>
        {
            await using var pipeline = await pipelines.ConnectAsync(common.Of(parsed), cancellationToken);
            await using var result = await pipeline.RejectsAsync(parsed.GetValue(reason), cancellationToken);
            await ResultPrinter.PrintAsync(result, parsed.GetValue(format), output, cancellationToken);
            return ExitCode.Done;
        });
        return verb;
    }

    private static Command CreateReplay(CommonOptions common, IPipelineConnector pipelines, CommandOutput output)
    {
        var reason = ReasonOption();
        var verb = new Command("replay", "Drives quarantined records through the pipeline once more, after what was wrong is mended.") { reason };
        verb.SetAction(async (parsed, cancellationToken) =>
        {
            await using var pipeline = await pipelines.ConnectAsync(common.Of(parsed), cancellationToken);
            var report = await pipeline.ReplayRejectsAsync(parsed.GetValue(reason), cancellationToken);
            await output.Out.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"{report.Records:N0} records replayed, {report.Accepted:N0} accepted."));
            foreach (var (why, count) in report.Quarantined.OrderByDescending(entry => entry.Value))
            {
                await output.Out.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"  back in quarantine as {why}: {count:N0}"));
            }

            return ExitCode.Done;
        });
        return verb;
    }

    private static Option<string?> ReasonOption() => new("--reason") { HelpName = "R", Description = "Only records with this reason: null_key, bad_value, future_sequence, …" };
}
