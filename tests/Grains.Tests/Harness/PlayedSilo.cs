using CustomerTrack.Emit;
using CustomerTrack.Ingest;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;

namespace CustomerTrack.Tests;

/// <summary>One silo's reader on a shared folder. It may be paused, declared dead while it runs, killed, or stopped in order.</summary>
internal sealed class PlayedSilo : IAsyncDisposable
{
    private readonly SharedFolder _shared;
    private readonly FolderLandingZone _zone;
    private readonly DeltaEmitter _emitter;
    private readonly LandingReader _reader;
    private readonly AbandonedFiles _abandoned;
    private readonly TaskCompletionSource _givenUpAll = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private bool _isOver;

    public PlayedSilo(SharedFolder shared)
    {
        _shared = shared;
        var (cluster, time) = (shared.Cluster, new HurriedTime());
        var services = cluster.SiloServices;
        var options = Microsoft.Extensions.Options.Options.Create(Options);
        var owners = shared.Membership.Join();
        Name = owners.Name;
        Registry = new(shared.Registry);
        Folder = new(shared.Root, Name, Path.Combine(shared.Root, "silos", Name, "spool"));
        var names = new FileNames(cluster.Store);
        var claims = new OpenClaims(Registry, owners);
        _zone = new(Folder, cluster.Dimensions.Catalog, owners, claims, options, time, NullLogger<FolderLandingZone>.Instance);
        _abandoned = new(_zone, claims, owners, options, time, NullLogger<AbandonedFiles>.Instance);
        _emitter = new(
            cluster.Dimensions.Catalog, shared.Lake, names, new StreamDeltaFeed(services, NullLogger<StreamDeltaFeed>.Instance),
            Microsoft.Extensions.Options.Options.Create(new EmitOptions { MaxObjectAge = TimeSpan.FromMilliseconds(10) }), time, shared.Loads, NullLogger<DeltaEmitter>.Instance);
        _reader = new(
            new WatchedZone(_zone, () => ReadFails(), shared.OnArchived, OnLetGo), Folder, names, Reports, new NoFileReportBoard(), _emitter, shared.Loads,
            services.GetRequiredService<IGrainFactory>(), cluster.Store, Registry, options, time, NullLoggerFactory.Instance);
    }

    public string Name { get; }

    public SiloRegistry Registry { get; }

    public LandingFolders Folder { get; }

    public FileReports Reports { get; } = new();

    public IngestOptions Options { get; } = new() { SettleTime = TimeSpan.Zero, SweepInterval = TimeSpan.FromMilliseconds(50), BatchRows = 2, MaxOpenFiles = 8 };

    public Func<bool> ReadFails { get; set; } = () => false;

    public int OpenFiles => _reader.OpenFiles;

    public Task Watching => _reader.Watching;

    public ILandingZone Zone => _zone;

    public Task StartAsync(CancellationToken cancellationToken) => _reader.StartAsync(cancellationToken);

    /// <summary>Completes when it gave up what it had, all of which others have taken over.</summary>
    public Task GivenUpAllAsync() => _givenUpAll.Task;

    /// <summary>Closes what nobody claims; how many files it was.</summary>
    public Task<int> CloseAbandonedAsync(CancellationToken cancellationToken) => _abandoned.CloseAsync(cancellationToken);

    /// <summary>The others hold it for dead. It goes on.</summary>
    public void DeclareDead() => _shared.Membership.DeclareDead(Name);

    /// <summary>Ends in order.</summary>
    public Task StopAsync(CancellationToken cancellationToken) => EndAsync(cancellationToken);

    /// <summary>Ends as a killed process does: nothing under way is finished, nothing is given back.</summary>
    public Task KillAsync() => EndAsync(new CancellationToken(canceled: true));

    public ValueTask DisposeAsync() => new(KillAsync());

    private void OnLetGo()
    {
        if (_reader.OpenFiles == 0)
        {
            _givenUpAll.TrySetResult();
        }
    }

    private async Task EndAsync(CancellationToken cancellationToken)
    {
        if (_isOver)
        {
            return;
        }

        _isOver = true;
        await _reader.StopAsync(cancellationToken);
        DeclareDead();
        _reader.Dispose();
        _abandoned.Dispose();
        await _emitter.DisposeAsync();
        await _zone.DisposeAsync();
    }
}
