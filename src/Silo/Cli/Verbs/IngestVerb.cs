using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using CustomerTrack.Cli.Output;
using CustomerTrack.Cli.Pipeline;
using Spectre.Console;

namespace CustomerTrack.Cli.Verbs;

/// <summary><c>ingest FILE...</c></summary>
internal static class IngestVerb
{
    public static Command Create(CommonOptions common, IPipelineConnector pipelines, CommandOutput output)
    {
        var files = new Argument<string[]>("FILE") { Arity = ArgumentArity.OneOrMore, Description = "Files to apply (.csv, .ndjson, .jsonl, each also .gz); they are copied, not moved." };
        var into = new Option<string?>("--into") { HelpName = "NAME", Description = "The dimension; may be left out where one is loaded, or where a file's name or folder says it." };
        var shape = Choice.Create<IngestShape>("--as", "What the rows are.");
        var json = new Option<bool>("--json") { Description = "Prints the counts as one JSON object." };
        var verb = new Command("ingest", """
            Applies files to the end and waits until both tables hold them, then prints what happened.

            Examples:
              customertrack ingest customer_2026-01-31.csv
              customertrack ingest exports/*.ndjson.gz --into customer --json
            """) { files, into, shape, json };
        verb.SetAction(async (parsed, cancellationToken) =>
        {
            var paths = parsed.GetRequiredValue(files).Select(Path.GetFullPath).ToArray();
            if (paths.FirstOrDefault(path => !File.Exists(path)) is { } missing)
            {
                throw new UsageException($"The file '{missing}' does not exist.");
            }

            await using var pipeline = await pipelines.ConnectAsync(common.Of(parsed), cancellationToken);
            var request = new IngestRequest { Files = paths, Into = parsed.GetValue(into), As = parsed.GetValue(shape) };
            var report = await IngestAsync(pipeline, request, output, cancellationToken);
            await output.Out.WriteLineAsync(parsed.GetValue(json) ? JsonSerializer.Serialize(report, ResultJson.Options) : Describe(report));
            if (report.UnknownColumns.Count > 0)
            {
                await output.Error.WriteLineAsync($"Columns no definition knows, ignored: {string.Join(", ", report.UnknownColumns.Keys)}.");
            }

            if (report.Quarantined.Values.Sum() > 0)
            {
                await output.Error.WriteLineAsync("'customertrack rejects list' says where the quarantined records are; 'rejects replay' drives them again after a fix.");
            }

            if (report.Redelivered > 0)
            {
                await output.Error.WriteLineAsync($"{report.Redelivered} of the files were read again, since whoever read them first ended before they were done; their counts are those of the last reading.");
            }

            foreach (var rejected in report.RejectedFiles)
            {
                await output.Error.WriteLineAsync($"Rejected whole: {rejected}");
            }

            return report.RejectedFiles.Count == 0 ? ExitCode.Done : ExitCode.Failed;
        });
        return verb;
    }

    private static async Task<IngestReport> IngestAsync(IPipelineClient pipeline, IngestRequest request, CommandOutput output, CancellationToken cancellationToken)
    {
        if (!output.CanShowProgress)
        {
            return await pipeline.IngestAsync(request, new Silent(), cancellationToken);
        }

        var console = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(output.Error) });
        return await console.Progress().Columns(new TaskDescriptionColumn { Alignment = Justify.Left }, new ProgressBarColumn(), new PercentageColumn(), new ElapsedTimeColumn()).StartAsync(async context =>
        {
            var bar = context.AddTask("0 rows");
            return await pipeline.IngestAsync(request, new Bar(bar), cancellationToken);
        });
    }

    private static string Describe(IngestReport report)
    {
        var lines = new List<string>
        {
            string.Create(CultureInfo.InvariantCulture, $"{report.Rows:N0} rows in {report.Files:N0} files, {report.Seconds:F1} s, {report.Rows / Math.Max(report.Seconds, 0.001):N0} rows/s"),
            Line("accepted", report.Accepted),
            Line("of these no-ops", report.NoOps),
            Line("quarantined", report.Quarantined.Values.Sum()),
        };
        lines.AddRange(report.Quarantined.OrderByDescending(entry => entry.Value).Select(entry => Line("  " + entry.Key, entry.Value)));
        lines.Add(Line("versions opened", report.Opened));
        lines.Add(Line("versions closed", report.Closed));
        lines.Add(Line("versions retracted", report.Retracted));
        if (report.SequenceConflicts > 0)
        {
            lines.Add(Line("sequence conflicts", report.SequenceConflicts));
        }

        return string.Join(Environment.NewLine, lines);
    }

    private static string Line(string what, long count) => string.Create(CultureInfo.InvariantCulture, $"  {what,-28} {count,15:N0}");

    private sealed class Silent : IProgress<IngestProgress>
    {
        public void Report(IngestProgress value)
        {
        }
    }

    private sealed class Bar(ProgressTask bar) : IProgress<IngestProgress>
    {
        public void Report(IngestProgress value)
        {
            bar.MaxValue = Math.Max(value.BytesTotal, 1);
            bar.Value = value.BytesRead;
            bar.Description = string.Create(CultureInfo.InvariantCulture, $"{value.Rows:N0} rows");
        }
    }
}
