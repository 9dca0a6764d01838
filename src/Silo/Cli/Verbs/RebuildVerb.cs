using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using CustomerTrack.Cli.Output;
using CustomerTrack.Detect;
using CustomerTrack.Rebuild;
using Spectre.Console;

namespace CustomerTrack.Cli.Verbs;

/// <summary><c>rebuild</c></summary>
internal static class RebuildVerb
{
    public static Command Create(CommonOptions common, CommandOutput output, Func<RebuildArguments, IProgress<RebuildProgress>, CancellationToken, Task<RebuildReport>> run)
    {
        var from = Choice.Create<RebuildSource>("--from", "What customers' states come from: auto takes records from the archive and the states in use, and rows of the lake that no record explains.");
        var takeOver = new Option<bool>("--take-over") { Description = "Takes a lake in a bucket over from a data folder elsewhere whose states are lost. That one must never run again." };
        var json = new Option<bool>("--json") { Description = "Prints the report as one JSON object." };
        var verb = new Command("rebuild", """
            Makes customers' states and both tables anew from the lake and the archive, then verifies. For when states or tables are lost, or come
            from a backup and do not fit the lake. Nothing may run on the data folder meanwhile; cut short, it can be started again.

            Examples:
              customertrack rebuild
              customertrack rebuild --from lake --json
            """) { from, takeOver, json };
        verb.SetAction(async (parsed, cancellationToken) =>
        {
            var arguments = new RebuildArguments { Common = common.Of(parsed), From = parsed.GetValue(from), TakeOver = parsed.GetValue(takeOver) };
            var report = await RunAsync(progress => run(arguments, progress, cancellationToken), output);
            if (parsed.GetValue(json))
            {
                await output.Out.WriteLineAsync(JsonSerializer.Serialize(report, ResultJson.Options));
            }
            else
            {
                await output.Out.WriteLineAsync(Describe(report));
            }

            return report.Verified.Agrees ? ExitCode.Done : ExitCode.Failed;
        });
        return verb;
    }

    private static async Task<RebuildReport> RunAsync(Func<IProgress<RebuildProgress>, Task<RebuildReport>> run, CommandOutput output)
    {
        if (!output.CanShowProgress)
        {
            return await run(new Silent());
        }

        var console = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(output.Error) });
        return await console.Progress().Columns(new TaskDescriptionColumn { Alignment = Justify.Left }, new ProgressBarColumn(), new PercentageColumn(), new ElapsedTimeColumn())
            .StartAsync(context => run(new Bars(context)));
    }

    private static string Describe(RebuildReport report)
    {
        var lines = new List<string>();
        foreach (var counts in report.Dimensions)
        {
            lines.Add(counts.Dimension);
            lines.Add(Line("customers", counts.Customers, ""));
            lines.Add(Line("from records", counts.FromRecords, "exact: every record is known, also those that changed nothing"));
            lines.Add(Line("from the lake", counts.FromLake, "no file of theirs is left: reports that changed nothing and losers of ties are forgotten"));
            lines.Add(Line("from both", counts.FromBoth, "some files are left; of the others, what the lake shows"));
            lines.Add(Line("files read", counts.Files, string.Create(CultureInfo.InvariantCulture, $"{counts.Records:N0} records; {counts.LeftOut:N0} rows left out that were refused")));
            lines.Add(Line("rows written", counts.Written, "that the lake lacked or showed otherwise"));
            lines.Add(Line("rows retracted", counts.Retracted, "that the lake showed and are none"));
            if (counts.MissingFiles > 0)
            {
                lines.Add(Line("files missing", counts.MissingFiles, "that rows of the lake come from"));
            }

            if (counts.Forked > 0)
            {
                lines.Add(Line("forked", counts.Forked, "customers of whom the lake had a revision twice; all their rows were written anew"));
            }

            lines.AddRange(counts.Unreadable.Select(file => $"  cannot be read and was left out: {TableFormat.Visible(file)}"));
        }

        lines.AddRange(report.Notes.Select(TableFormat.Visible));
        lines.AddRange(report.Verified.Differences.Select(TableFormat.Visible));
        lines.Add(string.Create(
            CultureInfo.InvariantCulture,
            $"{(report.Verified.Agrees ? "Rebuilt, and everything agrees" : "Rebuilt, but there are differences; the service does not start before a rebuild without any")}: {report.Verified.Customers:N0} customers with {report.Verified.Versions:N0} versions, {report.Seconds:F1} s."));
        return string.Join(Environment.NewLine, lines);
    }

    private static string Line(string what, long count, string meaning) =>
        string.Create(CultureInfo.InvariantCulture, $"  {what,-16} {count,15:N0}  {meaning}").TrimEnd();

    private sealed class Silent : IProgress<RebuildProgress>
    {
        public void Report(RebuildProgress value)
        {
        }
    }

    // A bar for each step.
    private sealed class Bars(ProgressContext context) : IProgress<RebuildProgress>
    {
        private ProgressTask? _bar;

        public void Report(RebuildProgress value)
        {
            if (_bar is null || _bar.Description != value.Doing)
            {
                if (_bar is not null)
                {
                    _bar.Value = _bar.MaxValue;
                    _bar.StopTask();
                }

                _bar = context.AddTask(Markup.Escape(value.Doing));
            }

            _bar.IsIndeterminate = value.Total == 0;
            _bar.MaxValue = Math.Max(value.Total, 1);
            _bar.Value = value.Done;
        }
    }
}
