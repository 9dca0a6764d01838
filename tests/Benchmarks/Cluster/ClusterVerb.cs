using System.CommandLine;

namespace CustomerTrack.Benchmarks;

/// <summary><c>cluster</c>: detect on one silo and on several, with the same Redis, in one run.</summary>
internal static class ClusterVerb
{
    public static Command Create(Option<bool> quick, Option<string?> json)
    {
        var silos = new Option<int>("--silos") { HelpName = "N", Description = "Silos of the cluster.", DefaultValueFactory = _ => 3 };
        var customers = new Option<int?>("--customers") { HelpName = "N", Description = "Customers. [default: 50000]" };
        var rows = new Option<int?>("--rows") { HelpName = "N", Description = "Rows of the warm run. [default: 300000]" };
        var changes = new Option<double>("--changes") { HelpName = "0..1", Description = "Share of rows that change something.", DefaultValueFactory = _ => 0.2 };
        var verb = new Command("cluster", "Measures detecting on several silos against one, each with states in the same Redis: silos are in this process and talk by TCP. Reading files and the warehouse are not in it.")
        {
            silos, customers, rows, changes,
        };
        verb.SetAction(async (parsed, cancellationToken) =>
        {
            var small = parsed.GetValue(quick);
            var options = new ClusterOptions
            {
                Silos = parsed.GetValue(silos),
                Customers = parsed.GetValue(customers) ?? (small ? 3_000 : 50_000),
                Rows = parsed.GetValue(rows) ?? (small ? 6_000 : 300_000),
                Changes = parsed.GetValue(changes),
                BatchRows = 8_192,
            };
            var figures = new Figures(Console.Out);
            await ClusterBenchmark.RunAsync(options, figures, cancellationToken);
            if (parsed.GetValue(json) is { } path)
            {
                await figures.WriteAsync(path, options, cancellationToken);
            }

            return 0;
        });
        return verb;
    }
}
