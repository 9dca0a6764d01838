using System.CommandLine;
using CustomerTrack.Dimensions;

namespace CustomerTrack.Benchmarks;

/// <summary><c>micro</c>: each stage by itself.</summary>
internal static class MicroVerb
{
    public static Command Create(Option<bool> quick, Option<string?> json)
    {
        var verb = new Command("micro", "Measures each stage by itself: reading, folding, storing states, writing the lake, loading, merging, querying.");
        verb.SetAction(async (parsed, cancellationToken) =>
        {
            var small = parsed.GetValue(quick);
            var figures = new Figures(Console.Out);
            var dimension = DimensionReader.Load(Path.Combine(AppContext.BaseDirectory, "dimensions", "customer.json"));
            var folder = Directory.CreateTempSubdirectory("customertrack-benchmark-").FullName;
            try
            {
                DetectBenchmark.Run(dimension, figures, small ? 1_000 : 300_000);
                await StateStoreBenchmark.RunAsync(Path.Combine(folder, "state"), figures, small ? 1 : 20, cancellationToken);
                WireBenchmark.Run(dimension, figures, small ? 10 : 2_000);
                ReadBenchmark.Run(dimension, Path.Combine(folder, "read"), figures, small ? 1_000 : 300_000);
                await WarehouseBenchmark.RunAsync(dimension, Path.Combine(folder, "warehouse"), figures, small ? 100 : 1, cancellationToken);
            }
            finally
            {
                Directory.Delete(folder, recursive: true);
            }

            if (parsed.GetValue(json) is { } path)
            {
                await figures.WriteAsync(path, new { quick = small }, cancellationToken);
            }

            return 0;
        });
        return verb;
    }
}
