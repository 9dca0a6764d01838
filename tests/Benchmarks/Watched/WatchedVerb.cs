using System.CommandLine;
using CustomerTrack.Telemetry;

namespace CustomerTrack.Benchmarks;

/// <summary><c>watched</c>: the same pipeline with traces exported, with somebody at the page of live changes, and with neither, round by round.</summary>
internal static class WatchedVerb
{
    public static Command Create(Option<bool> quick, Option<string?> json)
    {
        var customers = new Option<int?>("--customers") { HelpName = "N", Description = "Customers. [default: 100000]" };
        var rows = new Option<int?>("--rows") { HelpName = "N", Description = "Rows of one round. [default: 300000]" };
        var perFile = new Option<int?>("--rows-per-file") { HelpName = "N", Description = "Rows of one landing file. [default: 10000]" };
        var rounds = new Option<int?>("--rounds") { HelpName = "N", Description = "Rounds of each kind. [default: 7]" };
        var ratio = new Option<double>("--ratio") { HelpName = "0..1", Description = "Share of files that are traced.", DefaultValueFactory = _ => new TelemetryOptions().TraceRatio };
        var folder = new Option<string?>("--folder") { HelpName = "DIR", Description = "Where the data folder is made; it is removed at the end. [default: the system's temporary folder]" };
        var verb = new Command("watched", "Measures what it costs to be looked at: rounds with nobody, with a share of the files traced, with all of them, and with the page of live changes open, in turn on one pipeline. Whoever takes the traces, or looks at the changes, is in the same process and is charged to them.")
        {
            customers, rows, perFile, rounds, ratio, folder,
        };
        verb.SetAction(async (parsed, cancellationToken) =>
        {
            var small = parsed.GetValue(quick);
            var options = new WatchedOptions
            {
                Customers = parsed.GetValue(customers) ?? (small ? 2_000 : 100_000),
                Rows = parsed.GetValue(rows) ?? (small ? 5_000 : 300_000),
                RowsPerFile = parsed.GetValue(perFile) ?? (small ? 500 : 10_000),
                Rounds = parsed.GetValue(rounds) ?? (small ? 2 : 7),
                Ratio = parsed.GetValue(ratio),
                Folder = parsed.GetValue(folder),
            };
            var figures = new Figures(Console.Out);
            await WatchedBenchmark.RunAsync(options, figures, cancellationToken);
            if (parsed.GetValue(json) is { } path)
            {
                await figures.WriteAsync(path, options, cancellationToken);
            }

            return 0;
        });
        return verb;
    }
}
