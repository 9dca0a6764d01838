using System.CommandLine;

namespace CustomerTrack.Benchmarks;

/// <summary><c>pipeline</c>: the whole pipeline in this process, on a folder of its own.</summary>
internal static class PipelineVerb
{
    public static Command Create(Option<bool> quick, Option<string?> json)
    {
        var customers = new Option<int?>("--customers") { HelpName = "N", Description = "Customers. [default: 200000]" };
        var rows = new Option<int?>("--rows") { HelpName = "N", Description = "Rows of the throughput run. [default: 1000000]" };
        var changes = new Option<double>("--changes") { HelpName = "0..1", Description = "Share of rows that change something.", DefaultValueFactory = _ => 0.2 };
        var noOps = new Option<NoOpKind>("--no-ops") { HelpName = "restated|repeated", Description = "Other rows state the same values at a newer time, or are exact copies." };
        var latency = new Option<int?>("--latency-seconds") { HelpName = "N", Description = "How long the latency run takes; 0 leaves it out. [default: 30]" };
        var rate = new Option<int>("--rate") { HelpName = "N", Description = "Rows a second of the latency run.", DefaultValueFactory = _ => 5_000 };
        var folder = new Option<string?>("--folder") { HelpName = "DIR", Description = "Where the data folder is made; it is removed at the end. [default: the system's temporary folder]" };
        var verb = new Command("pipeline", "Measures throughput, latency and cost of the whole pipeline, and of bare grain calls beside it.")
        {
            customers, rows, changes, noOps, latency, rate, folder,
        };
        verb.SetAction(async (parsed, cancellationToken) =>
        {
            var small = parsed.GetValue(quick);
            var options = new PipelineOptions
            {
                Customers = parsed.GetValue(customers) ?? (small ? 2_000 : 200_000),
                Rows = parsed.GetValue(rows) ?? (small ? 5_000 : 1_000_000),
                Changes = parsed.GetValue(changes),
                NoOps = parsed.GetValue(noOps),
                RowsPerFile = 50_000,
                Rate = parsed.GetValue(rate),
                FileEveryMilliseconds = 100,
                LatencySeconds = parsed.GetValue(latency) ?? (small ? 2 : 30),
                GrainCallSeconds = small ? 0.5 : 5,
                Folder = parsed.GetValue(folder),
            };
            var figures = new Figures(Console.Out);
            await PipelineBenchmark.RunAsync(options, figures, cancellationToken);
            if (parsed.GetValue(json) is { } path)
            {
                await figures.WriteAsync(path, options, cancellationToken);
            }

            return 0;
        });
        return verb;
    }
}
