using System.Globalization;
using CustomerTrack.Dimensions;

namespace CustomerTrack.Harness;

/// <summary>Silos that work together, on one machine: one data folder for all or one for each, and dimensions.</summary>
public sealed class ClusterSite : IAsyncDisposable
{
    private readonly List<string> _dimensionFiles;
    private readonly bool _ownFolders;
    private readonly List<ClusterSilo> _silos = [];
    private readonly SiloNetwork? _network;

    /// <param name="data">The data folder of all silos, or a folder for a data folder for each.</param>
    /// <param name="redis">Where the Redis is.</param>
    /// <param name="network">A network of their own for the silos; null for the machine's.</param>
    /// <param name="ownFolders">Every silo has a data folder of its own.</param>
    public ClusterSite(string data, IEnumerable<string> dimensionFiles, int silos, string redis, SiloNetwork? network = null, bool ownFolders = false)
    {
        Data = data;
        _dimensionFiles = [.. dimensionFiles];
        _ownFolders = ownFolders;
        _network = network;
        Dimensions = [.. _dimensionFiles.Select(DimensionReader.Load)];
        Environment = new()
        {
            ["CUSTOMERTRACK_Cluster__Mode"] = "Cluster",
            ["CUSTOMERTRACK_Cluster__DataFolder"] = ownFolders ? "Own" : "Shared",
            ["CUSTOMERTRACK_Redis__Connection"] = redis,
        };
        for (var i = 0; i < silos; i++)
        {
            Add();
        }
    }

    public string Data { get; }

    public IReadOnlyList<DimensionDefinition> Dimensions { get; }

    /// <summary>Settings of all silos.</summary>
    public Dictionary<string, string> Environment { get; }

    public IReadOnlyList<ClusterSilo> Silos => _silos;

    public IReadOnlyList<ClusterSilo> Running => [.. _silos.Where(silo => silo is { IsRunning: true, IsPaused: false })];

    /// <summary>What still lies in landing or is claimed, as paths below the landing folder; those with unfinished names are left out.</summary>
    public IReadOnlyList<string> Unfinished =>
    [
        .. Dimensions.Select(dimension => Landing(dimension.Name))
            .SelectMany(folder => Site.FilesBelow(folder, "*").Select(path => Path.GetRelativePath(Path.Combine(Data, "landing"), path)))
            .Where(path => !Path.GetFileName(path).StartsWith('.') && !path.EndsWith(".tmp", StringComparison.Ordinal)),
    ];

    /// <summary>Where a dimension's files are dropped.</summary>
    public string Landing(string dimension) => Path.Combine(Data, "landing", dimension);

    /// <summary>A place for one more silo; its process is not started.</summary>
    public ClusterSilo Add()
    {
        var silo = new ClusterSilo(this, _silos.Count + 1, _network?.Silos[_silos.Count]);
        _silos.Add(silo);
        return silo;
    }

    /// <summary>Starts every silo that does not run, all at once, and waits until they are up.</summary>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        foreach (var silo in _silos.Where(silo => !silo.IsRunning))
        {
            silo.Start();
        }

        foreach (var silo in _silos)
        {
            await silo.UpAsync(cancellationToken);
        }
    }

    /// <summary>How every silo is, what is unfinished, and the end of what they wrote; for messages.</summary>
    public async Task<string> DescribeAsync(CancellationToken cancellationToken)
    {
        var silos = await Task.WhenAll(_silos.Select(silo => silo.DescribeAsync(cancellationToken)));
        return $"Unfinished: {Unfinished.Count}, {string.Join(", ", Unfinished.Take(12))}\n{string.Join('\n', silos)}\n{Logs}";
    }

    /// <summary>The end of what every silo wrote.</summary>
    public string Logs => string.Join('\n', _silos.Select(silo => silo.Log));

    internal string DataOf(int silo) => _ownFolders ? Path.Combine(Data, string.Create(CultureInfo.InvariantCulture, $"silo-{silo}")) : Data;

    internal IEnumerable<string> Common(int silo) => ["--data", DataOf(silo), .. _dimensionFiles.SelectMany(file => new[] { "--dimension", file })];

    internal Dictionary<string, string> EnvironmentOf(ClusterSilo silo)
    {
        var environment = new Dictionary<string, string>(Environment);
        if (silo.Network is { } network)
        {
            environment["CUSTOMERTRACK_Cluster__Host"] = network.Address.ToString();
        }

        return environment;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var silo in _silos)
        {
            await silo.DisposeAsync();
        }
    }
}
