using System.Text.Json;
using CustomerTrack.Dimensions;
using CustomerTrack.Emit;
using CustomerTrack.Ingest;
using CustomerTrack.Naive;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;

namespace CustomerTrack.Tests;

/// <summary>Landing to lake on a folder of its own: what a process starts, may end in order or by a crash, and starts again.</summary>
public sealed class PipelineRun(PipelineCluster cluster) : IAsyncDisposable
{
    private readonly DirectoryInfo _root = Directory.CreateTempSubdirectory("customertrack-");
    private readonly HashSet<long> _archived = [];
    private readonly HurriedTime _time = new();
    private FolderLandingZone? _zone;
    private DeltaEmitter? _emitter;
    private LandingReader? _reader;
    private TaskCompletionSource? _expected;
    private int _files;

    public MemoryLake Lake { get; } = new();

    public LoadedAtOnce Loads { get; } = new();

    public FileReports Reports { get; private set; } = new();

    public IngestOptions Options { get; } = new() { SettleTime = TimeSpan.Zero, SweepInterval = TimeSpan.FromMilliseconds(50), BatchRows = 7, MaxOpenFiles = 4 };

    public Func<bool> ReadFails { get; set; } = () => false;

    /// <summary>Told of each archived file, before its reader goes on.</summary>
    public Action<ClaimedFile> Archived { get; set; } = _ => { };

    public LandingFolders Folder => new(_root.FullName);

    /// <summary>Lands a file of NDJSON.</summary>
    public void Land(DimensionDefinition dimension, IEnumerable<(string Key, Said Said)> rows)
    {
        var name = $"file-{++_files:D3}.ndjson";
        var made = Path.Combine(_root.FullName, name);
        File.WriteAllText(made, string.Concat(rows.Select(row => Line(dimension, row.Key, row.Said) + "\n")));
        Directory.CreateDirectory(Folder.Landing(dimension.Name));
        File.Move(made, Path.Combine(Folder.Landing(dimension.Name), name));
    }

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        var services = cluster.SiloServices;
        var options = Microsoft.Extensions.Options.Options.Create(Options);
        var names = new FileNames(cluster.Store);
        var feed = new StreamDeltaFeed(services, NullLogger<StreamDeltaFeed>.Instance);
        Reports = new();
        var owners = new FolderOwners(Folder.Owners);
        var registry = new SoloFileRegistry(new FileNumbers(Folder, cluster.Dimensions.Catalog.All.Select(dimension => dimension.Name), _time), () => ((ILandingZone)_zone!).IsRecovered);
        _zone = new(Folder, cluster.Dimensions.Catalog, owners, new OpenClaims(registry, owners), options, _time, NullLogger<FolderLandingZone>.Instance);
        _emitter = new(
            cluster.Dimensions.Catalog, Lake, names, feed, Microsoft.Extensions.Options.Options.Create(new EmitOptions { MaxObjectAge = TimeSpan.FromMilliseconds(10) }),
            _time, Loads, NullLogger<DeltaEmitter>.Instance);
        _reader = new(
            new WatchedZone(_zone, () => ReadFails(), OnArchived, letGo: () => { }), Folder, names, Reports, new NoFileReportBoard(), _emitter, Loads,
            services.GetRequiredService<IGrainFactory>(), cluster.Store, registry, options, _time, NullLoggerFactory.Instance);
        await _reader.StartAsync(cancellationToken);
    }

    /// <summary>Completes when every landed file is archived, or when the reader ends or breaks down.</summary>
    public async Task AllArchivedAsync()
    {
        TaskCompletionSource expected = new(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_archived)
        {
            _expected = expected;
            Complete();
        }

        await await Task.WhenAny(expected.Task, _reader!.ExecuteTask!);
    }

    /// <summary>Ends in order.</summary>
    public Task StopAsync(CancellationToken cancellationToken) => EndAsync(cancellationToken);

    /// <summary>Ends as a killed process does, as far as files and the lake can tell: nothing under way is finished.</summary>
    public Task CrashAsync() => EndAsync(new CancellationToken(canceled: true));

    public async ValueTask DisposeAsync()
    {
        if (_reader is not null)
        {
            await CrashAsync();
        }

        _root.Delete(recursive: true);
    }

    /// <summary>A record as a line of NDJSON.</summary>
    public static string Line(DimensionDefinition dimension, string key, Said said)
    {
        var line = new Dictionary<string, object?> { ["id"] = key, ["seq"] = said.Sequence };
        if (dimension.OrdinalColumn is { } ordinal)
        {
            line[ordinal] = said.Ordinal;
        }

        if (said.IsDelete)
        {
            line["op"] = "d";
        }

        for (var i = 0; i < said.Values.Length && !said.IsDelete; i++)
        {
            if (said.Values[i] != Said.Absent)
            {
                line[dimension.Columns[i].Name] = said.Values[i];
            }
        }

        return JsonSerializer.Serialize(line);
    }

    private async Task EndAsync(CancellationToken cancellationToken)
    {
        await _reader!.StopAsync(cancellationToken);
        _reader.Dispose();
        _reader = null;
        await _emitter!.DisposeAsync();
        await _zone!.DisposeAsync();
    }

    private void OnArchived(ClaimedFile file)
    {
        Archived(file);
        lock (_archived)
        {
            _archived.Add(file.Number);
            Complete();
        }
    }

    private void Complete()
    {
        if (_archived.Count == _files)
        {
            _expected?.TrySetResult();
        }
    }
}
