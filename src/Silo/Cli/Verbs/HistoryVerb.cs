using System.CommandLine;
using CustomerTrack.Cli.Output;
using CustomerTrack.Cli.Pipeline;

namespace CustomerTrack.Cli.Verbs;

/// <summary><c>history KEY</c></summary>
internal static class HistoryVerb
{
    public static Command Create(CommonOptions common, IPipelineConnector pipelines, CommandOutput output)
    {
        var key = new Argument<string>("KEY") { Description = "The business key; the parts of a composite one are joined by '|'." };
        var of = new Option<string?>("--of") { HelpName = "NAME", Description = "The dimension; may be left out where one is loaded." };
        var asOf = new Option<string?>("--as-of") { HelpName = "T", Description = "Only the version that was valid at T; a time without an offset is UTC." };
        var format = ResultFormatOption.Create();
        var verb = new Command("history", """
            Prints the versions of one customer, oldest first.

            Examples:
              customertrack history C00000042
              customertrack history C00000042 --as-of 2026-01-31T12:00:00Z --format json
            """) { key, of, asOf, format };
        verb.SetAction(async (parsed, cancellationToken) =>
        {
            await using var pipeline = await pipelines.ConnectAsync(common.Of(parsed), cancellationToken);
            var request = new HistoryRequest { Key = parsed.GetRequiredValue(key), Dimension = parsed.GetValue(of), AsOf = parsed.GetValue(asOf) };
            await using var result = await pipeline.HistoryAsync(request, cancellationToken);
            await ResultPrinter.PrintAsync(result, parsed.GetValue(format), output, cancellationToken);
            return ExitCode.Done;
        });
        return verb;
    }
}
