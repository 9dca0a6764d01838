using System.CommandLine;

namespace CustomerTrack.Benchmarks;

/// <summary><c>silos</c>: the whole pipeline in one process and in several, with the same Redis, in one run.</summary>
internal static class SilosVerb
{
    public static Command Create(Option<bool> quick, Option<string?> json)
    {
        var silos = new Option<int>("--silos") { HelpName = "N", Description = "Silos of the cluster.", DefaultValueFactory = _ => 3 };
        var customers = new Option<int?>("--customers") { HelpName = "N", Description = "Customers. [default: 50000]" };
        var rows = new Option<int?>("--rows") { HelpName = "N", Description = "Rows of the warm run; 0 leaves out all but the first contact. [default: 300000]" };
        var changes = new Option<double>("--changes") { HelpName = "0..1", Description = "Share of rows that change something.", DefaultValueFactory = _ => 0.2 };
        var rowsPerFile = new Option<int>("--rows-per-file") { HelpName = "N", Description = "Rows of a landing file.", DefaultValueFactory = _ => 10_000 };
        var verb = new Command(
            "silos",
            "Measures a cluster of real silos against a cluster of one, from landing files to the tables: processes of their own, states in Redis, one data folder.")
        {
            silos, customers, rows, changes, rowsPerFile,
        };
        verb.SetAction(async (parsed, cancellationToken) =>
        {
            var small = parsed.GetValue(quick);
            var options = new SilosOptions
            {
                Silos = parsed.GetValue(silos),
                Customers = parsed.GetValue(customers) ?? (small ? 3_000 : 50_000),
                Rows = parsed.GetValue(rows) ?? (small ? 6_000 : 300_000),
                Changes = parsed.GetValue(changes),
                RowsPerFile = Math.Min(parsed.GetValue(rowsPerFile), small ? 500 : int.MaxValue),
            };
            var figures = new Figures(Console.Out);
            await SilosBenchmark.RunAsync(options, figures, cancellationToken);
            if (parsed.GetValue(json) is { } path)
            {
                await figures.WriteAsync(path, options, cancellationToken);
            }

            return 0;
        });
        return verb;
    }
}
