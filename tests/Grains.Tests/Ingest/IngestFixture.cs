using System.IO.Compression;
using System.Text;
using CustomerTrack.Dimensions;
using CustomerTrack.Ingest;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace CustomerTrack.Tests.Ingest;

/// <summary>A data folder of its own, a clock that stands still, and a dimension.</summary>
public sealed class IngestFixture : IDisposable, IAsyncDisposable
{
    public const string Customer = """
        {
          "name": "customer", "key": ["id"], "sequence": { "column": "at", "type": "timestamp" },
          "operation": { "column": "op", "delete": ["d"], "truncate": ["t"], "erase": ["e"] },
          "columns": { "name": { "type": "text" }, "city": { "type": "text" } }, "pii": ["name"]
        }
        """;

    private readonly DirectoryInfo _root = Directory.CreateTempSubdirectory("customertrack-");
    private readonly List<FolderLandingZone> _zones = [];
    private readonly FolderLandingZone _opener;

    public IngestFixture(string definition = Customer)
    {
        Dimension = DimensionReader.Parse("test.json", Encoding.UTF8.GetBytes(definition));
        Folder = new(_root.FullName);
        _opener = Zone();
    }

    public DimensionDefinition Dimension { get; }

    public LandingFolders Folder { get; }

    public IngestOptions Options { get; } = new();

    public FakeTimeProvider Time { get; } = new(DateTimeOffset.UtcNow);

    public string LandingFolder => Folder.Landing(Dimension.Name);

    /// <summary>A zone as a process that is alone has it.</summary>
    public FolderLandingZone NewZone(TimeProvider time)
    {
        FolderLandingZone? zone = null;
        var catalog = new DimensionCatalog([Dimension]);
        var owners = new FolderOwners(Folder.Owners);
        var registry = new SoloFileRegistry(new FileNumbers(Folder, [Dimension.Name], time), () => ((ILandingZone)zone!).IsRecovered);
        return zone = new(Folder, catalog, owners, new OpenClaims(registry, owners), Microsoft.Extensions.Options.Options.Create(Options), time, NullLogger<FolderLandingZone>.Instance);
    }

    public Quarantine NewQuarantine() => new(Folder, new FolderLandingPlace(Folder), Time);

    public FolderLandingZone Zone()
    {
        var zone = NewZone(Time);
        _zones.Add(zone);
        return zone;
    }

    /// <summary>A claimed file of that content, as if a zone had claimed it.</summary>
    public ClaimedFile File(string name, byte[] content, long number = 1_769_860_800_000_000)
    {
        var path = Path.Combine(_root.FullName, Path.GetRandomFileName());
        System.IO.File.WriteAllBytes(path, content);
        return new()
        {
            Dimension = Dimension,
            Name = name,
            Number = number,
            Redelivered = false,
            Path = path,
            Bytes = content.Length,
            VisibleAt = Time.GetUtcNow(),
        };
    }

    /// <summary>Reads a whole file in chunks of <paramref name="maxRows"/> rows.</summary>
    public ReadFile Read(string name, byte[] content, int maxRows = 1000)
    {
        using var reader = RecordReader.Open(File(name, content), _opener, Options, Time);
        var records = new List<Records.Record>();
        var rejected = new List<RejectedRecord>();
        var chunk = new RecordChunk();
        while (reader.Read(chunk, maxRows))
        {
            records.AddRange(chunk.Records);
            rejected.AddRange(chunk.Rejected);
        }

        return new(Dimension, records, rejected, reader.UnknownColumns);
    }

    public ReadFile Csv(string text) => Read("a.csv", Encoding.UTF8.GetBytes(text));

    public ReadFile Json(string text) => Read("a.ndjson", Encoding.UTF8.GetBytes(text));

    public static byte[] Gzip(byte[] content)
    {
        var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Optimal, leaveOpen: true))
        {
            gzip.Write(content);
        }

        return packed.ToArray();
    }

    /// <remarks>The zones' locks end with the process; nothing of a zone outlives its test otherwise.</remarks>
    public void Dispose() => DisposeAsync().AsTask().GetAwaiter().GetResult();

    public async ValueTask DisposeAsync()
    {
        foreach (var zone in _zones)
        {
            await zone.DisposeAsync();
        }

        _root.Delete(recursive: true);
    }
}
