using System.Text;
using System.Text.Json;
using CustomerTrack.Dimensions;
using CustomerTrack.Ingest;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace CustomerTrack.Benchmarks;

/// <summary>What it costs to make records of a file's rows, on one thread.</summary>
internal static class ReadBenchmark
{
    private const string Group = "read";
    private const int Repeats = 5;

    public static void Run(DimensionDefinition dimension, string folder, Figures figures, int rows)
    {
        figures.Begin($"{Group}: RecordReader, files of {rows:N0} rows");
        Directory.CreateDirectory(folder);
        var csv = Path.Combine(folder, "rows.csv");
        new CustomerFeed(rows, changeShare: 0, NoOpKind.Restated, seed: 1).WriteNew(csv, rows);
        var ndjson = Path.Combine(folder, "rows.ndjson");
        ToNdjson(csv, ndjson);
        var options = new IngestOptions();
        var folders = new LandingFolders(folder);
        var owners = new FolderOwners(folders.Owners);
        var registry = new SoloFileRegistry(new FileNumbers(folders, [dimension.Name], TimeProvider.System), () => true);
        var zone = new FolderLandingZone(
            folders, new DimensionCatalog([dimension]), owners, new OpenClaims(registry, owners), Options.Create(options), TimeProvider.System, NullLogger<FolderLandingZone>.Instance);
        foreach (var (name, path) in ((string, string)[])[("csv", csv), ("ndjson", ndjson)])
        {
            var file = new ClaimedFile
            {
                Dimension = dimension,
                Name = Path.GetFileName(path),
                Number = 1,
                Redelivered = false,
                Path = path,
                Bytes = new FileInfo(path).Length,
                VisibleAt = TimeProvider.System.GetUtcNow(),
            };
            var allocated = 0L;
            var time = Rounds.Median(Repeats, () =>
            {
                var from = GC.GetAllocatedBytesForCurrentThread();
                Read(file, zone, options, rows);
                allocated = GC.GetAllocatedBytesForCurrentThread() - from;
            });
            figures.Add(Group, name, rows / time.TotalSeconds, "rows/s");
            figures.Add(Group, name + "_bytes", file.Bytes / time.TotalSeconds / 1_000_000, "MB/s");
            figures.Add(Group, name + "_allocated", (double)allocated / rows, "B per row");
        }
    }

    private static void Read(ClaimedFile file, FolderLandingZone zone, IngestOptions options, int rows)
    {
        using var reader = RecordReader.Open(file, zone, options, TimeProvider.System);
        var chunk = new RecordChunk();
        var accepted = 0;
        while (reader.Read(chunk, options.BatchRows))
        {
            accepted += chunk.Records.Count;
        }

        if (accepted != rows)
        {
            throw new InvalidOperationException($"{accepted} of {rows} rows of {file.Name} were accepted.");
        }
    }

    private static void ToNdjson(string csv, string ndjson)
    {
        string[]? header = null;
        using var writer = new StreamWriter(ndjson, append: false, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false)) { NewLine = "\n" };
        foreach (var line in File.ReadLines(csv))
        {
            // The feed quotes nothing.
            var values = line.Split(',');
            if (header is null)
            {
                header = values;
                continue;
            }

            writer.WriteLine(JsonSerializer.Serialize(header.Zip(values).ToDictionary(pair => pair.First, pair => pair.Second)));
        }
    }
}
