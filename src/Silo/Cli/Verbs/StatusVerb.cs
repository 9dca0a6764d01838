using System.CommandLine;
using CustomerTrack.Cli.Output;
using CustomerTrack.Cli.Pipeline;

namespace CustomerTrack.Cli.Verbs;

/// <summary><c>status</c></summary>
internal static class StatusVerb
{
    public static Command Create(CommonOptions common, IPipelineConnector pipelines, CommandOutput output)
    {
        var format = ResultFormatOption.Create();
        var verb = new Command("status", """
            Shows how fresh the tables are, for each dimension and warehouse: when the newest change in them was detected, how far
            the slowest shard is, and until when everything written to the lake is in them. Asks the running process if there is one.

            Example:
              customertrack status --format json
            """) { format };
        verb.SetAction(async (parsed, cancellationToken) =>
        {
            await using var pipeline = await pipelines.ConnectAsync(common.Of(parsed), cancellationToken);
            await using var result = await pipeline.StatusAsync(cancellationToken);
            await ResultPrinter.PrintAsync(result, parsed.GetValue(format), output, cancellationToken);
            return ExitCode.Done;
        });
        return verb;
    }
}
