using System.Collections.Concurrent;
using CustomerTrack.Dimensions;
using CustomerTrack.Ingest;
using CustomerTrack.Naive;

namespace CustomerTrack.Tests;

/// <summary>A data folder that several silos share, with the registry, the membership and the lake they have in common.</summary>
internal sealed class SharedFolder(PipelineCluster cluster) : IAsyncDisposable
{
    private readonly DirectoryInfo _root = Directory.CreateTempSubdirectory("customertrack-");
    private readonly List<PlayedSilo> _silos = [];
    private readonly ConcurrentDictionary<string, byte> _archived = new();
    private readonly Lock _lock = new();
    private TaskCompletionSource? _expected;
    private int _files;

    public MemoryLake Lake { get; } = new();

    public LoadedAtOnce Loads { get; } = new();

    public MemoryFileRegistry Registry { get; } = new();

    public PlayedMembership Membership { get; } = new();

    public PipelineCluster Cluster => cluster;

    public string Root => _root.FullName;

    public LandingFolders Folder => new(Root);

    public IReadOnlyList<PlayedSilo> Silos => _silos;

    /// <summary>Lands a file.</summary>
    public string Land(DimensionDefinition dimension, IEnumerable<(string Key, Said Said)> rows)
    {
        var name = $"file-{++_files:D3}.ndjson";
        var made = Path.Combine(Root, name);
        File.WriteAllText(made, string.Concat(rows.Select(row => PipelineRun.Line(dimension, row.Key, row.Said) + "\n")));
        Directory.CreateDirectory(Folder.Landing(dimension.Name));
        File.Move(made, Path.Combine(Folder.Landing(dimension.Name), name));
        return name;
    }

    /// <summary>A silo that joins and reads.</summary>
    public async Task<PlayedSilo> StartSiloAsync(CancellationToken cancellationToken, bool paused = false, int batchRows = 2)
    {
        var silo = new PlayedSilo(this);
        silo.Options.BatchRows = batchRows;
        _silos.Add(silo);
        if (paused)
        {
            silo.Registry.Pause();
        }

        await silo.StartAsync(cancellationToken);
        return silo;
    }

    /// <summary>Completes when every landed file was archived.</summary>
    public Task AllArchivedAsync()
    {
        TaskCompletionSource expected = new(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_lock)
        {
            _expected = expected;
            Complete();
        }

        return expected.Task;
    }

    public void OnArchived(ClaimedFile file)
    {
        lock (_lock)
        {
            Assert.True(_archived.TryAdd(file.Name, 0), $"{file.Name} was archived twice.");
            Complete();
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var silo in _silos)
        {
            await silo.DisposeAsync();
        }

        _root.Delete(recursive: true);
    }

    private void Complete()
    {
        if (_archived.Count == _files)
        {
            _expected?.TrySetResult();
        }
    }
}
