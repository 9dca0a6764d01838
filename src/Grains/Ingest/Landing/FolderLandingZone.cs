using System.Collections.Concurrent;
using CustomerTrack.Dimensions;
using CustomerTrack.Lake;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace CustomerTrack.Ingest;

/// <summary>
/// A landing zone in a folder. A claim is one rename into <c>landing/&lt;dimension&gt;/.claims</c>, so of several processes on one
/// folder exactly one gets a file; the claims of a process that ended go to one that runs.
/// </summary>
public sealed partial class FolderLandingZone : ILandingZone, IAsyncDisposable
{
    private readonly LandingFolders _folder;
    private readonly IDimensionCatalog _dimensions;
    private readonly IClaimOwners _owners;
    private readonly OpenClaims _claims;
    private readonly IngestOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger<FolderLandingZone> _logger;
    private readonly SemaphoreSlim _gate = new(1, 1);
    private readonly HashSet<string> _reported = new(StringComparer.Ordinal);

    // Files that this process has moved to where they rest, until the registry knows that they are finished.
    private readonly ConcurrentDictionary<long, byte> _resting = new();
    private readonly DeadLeftovers _leftovers;
    private Queue<LandingCandidate> _ready = new();
    private List<ClaimedFile> _moved = [];
    private LandingWatch? _watch;
    private LandingSweep? _sweep;
    private DateTimeOffset _lastAdoption;
    private volatile bool _somebodyEnded = true;
    private bool _isRecovered;
    private bool _isClosed;

    internal FolderLandingZone(
        LandingFolders folder,
        IDimensionCatalog dimensions,
        IClaimOwners owners,
        OpenClaims claims,
        IOptions<IngestOptions> options,
        TimeProvider time,
        ILogger<FolderLandingZone> logger)
    {
        _folder = folder;
        _dimensions = dimensions;
        _owners = owners;
        _claims = claims;
        _options = options.Value;
        _time = time;
        _logger = logger;
        _leftovers = new(folder, dimensions, owners);
    }

    /// <inheritdoc/>
    public string Writer => _owners.Writer;

    /// <summary>Files in landing whose names end in nothing that can be read, as <c>dimension/name</c>. They stay where they are.</summary>
    public IReadOnlyCollection<string> Ignored => _sweep?.Ignored ?? [];

    /// <inheritdoc/>
    public async ValueTask<IReadOnlyList<ClaimedFile>> RecoverAsync(CancellationToken cancellationToken = default)
    {
        await _gate.WaitAsync(cancellationToken);
        try
        {
            if (_isRecovered)
            {
                throw new InvalidOperationException("The landing zone was recovered already; that is done once, before the first claim.");
            }

            foreach (var dimension in _dimensions.All)
            {
                Directory.CreateDirectory(_folder.Claims(dimension.Name));
                Directory.CreateDirectory(_folder.Archive(dimension.Name));
                Directory.CreateDirectory(_folder.RejectedFiles(dimension.Name));
            }

            await _owners.EnterAsync(cancellationToken);
            if (_watch is null)
            {
                _watch = new(_dimensions.All.Select(dimension => _folder.Landing(dimension.Name)), _time, LogLostNotifications);
                _sweep = new(_folder, _dimensions.All, _watch, _options.SettleTime, _time);
                _owners.Ended += OnEnded;
            }

            var adopted = await AdoptAsync(cancellationToken);
            _isRecovered = true;
            return adopted;
        }
        finally
        {
            _gate.Release();
        }
    }

    /// <inheritdoc/>
    public async ValueTask<IReadOnlyList<ClaimedFile>> ClaimAsync(int max, CancellationToken cancellationToken = default)
    {
        while (true)
        {
            var claimed = await TryClaimAsync(max, cancellationToken);
            if (claimed.Count > 0)
            {
                return claimed;
            }

            await WaitAsync(cancellationToken);
        }
    }

    /// <inheritdoc/>
    public ValueTask<int> CountWaitingAsync(CancellationToken cancellationToken = default) => new(LandingSweep.Count(_folder, _dimensions.All));

    /// <inheritdoc/>
    public Stream Open(ClaimedFile file) =>
        new FileStream(file.Path, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete, bufferSize: 0, FileOptions.SequentialScan);

    /// <inheritdoc/>
    public ValueTask<IReadOnlyCollection<long>> ListClaimedAsync(CancellationToken cancellationToken = default)
    {
        var numbers = new HashSet<long>();
        foreach (var (_, _, number, _, _) in Claimed())
        {
            cancellationToken.ThrowIfCancellationRequested();
            numbers.Add(number);
        }

        return new(numbers);
    }

    /// <inheritdoc/>
    public ValueTask<bool> HoldsAsync(ClaimedFile file, CancellationToken cancellationToken = default) =>
        new(File.Exists(file.Path) || _resting.ContainsKey(file.Number));

    /// <inheritdoc/>
    public ValueTask<bool> ArchiveAsync(ClaimedFile file, CancellationToken cancellationToken = default) =>
        FinishAsync(file, _folder.ArchivePath(file), cancellationToken);

    /// <inheritdoc/>
    public async ValueTask<bool> RejectAsync(ClaimedFile file, string reason, string message, CancellationToken cancellationToken = default)
    {
        var target = _folder.RejectedFilePath(file);
        if (!_resting.ContainsKey(file.Number))
        {
            if (!File.Exists(file.Path))
            {
                LogNotOurs(file.Dimension.Name, file.Name);
                return false;
            }

            // The note first: a file in the rejected folder always has one.
            var note = LandingFolders.NotePath(target);
            DurableFile.Write(note, _folder.Temporary(note), RejectedFileNote.Write(file, reason, message, _time));
        }

        if (!await FinishAsync(file, target, cancellationToken))
        {
            return false;
        }

        LogRejected(file.Dimension.Name, file.Name, reason);
        return true;
    }

    /// <inheritdoc/>
    public void LetGo(ClaimedFile file) => _claims.LetGo(file.Number);

    /// <inheritdoc/>
    public async ValueTask ReturnAsync(IReadOnlyCollection<ClaimedFile> files, CancellationToken cancellationToken = default)
    {
        await _gate.WaitAsync(cancellationToken);
        try
        {
            _isClosed = true;
            foreach (var file in files.Concat(_moved))
            {
                // The registry first, as when a file is taken over: whoever sees the claim as nobody's can have it.
                if (await _claims.TryReturnAsync(file.Number, cancellationToken))
                {
                    TryMove(file.Path, Path.Combine(_folder.Claims(file.Dimension.Name), ClaimName.Of(file.Number, _claims.ReturnedName, file.Name)));
                }

                _claims.LetGo(file.Number);
            }

            _moved = [];
        }
        finally
        {
            _gate.Release();
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        _owners.Ended -= OnEnded;
        _watch?.Dispose();
        await _owners.DisposeAsync();
        _gate.Dispose();
    }

    /// <summary>Waits until something changes in a landing folder, for the sweep interval at most.</summary>
    internal ValueTask WaitAsync(CancellationToken cancellationToken) => _watch!.WaitAsync(_options.SweepInterval, cancellationToken);

    /// <summary>Claims what is complete now, without waiting.</summary>
    internal async ValueTask<IReadOnlyList<ClaimedFile>> TryClaimAsync(int max, CancellationToken cancellationToken)
    {
        await _gate.WaitAsync(cancellationToken);
        try
        {
            if (!_isRecovered)
            {
                throw new InvalidOperationException("The landing zone has to be recovered before the first claim.");
            }

            if (_isClosed)
            {
                return [];
            }

            if (_moved.Count > 0)
            {
                // The call that moved them failed before it could tell.
                return HandOver();
            }

            if ((_somebodyEnded || _time.GetUtcNow() - _lastAdoption >= _options.SweepInterval) && await AdoptAsync(cancellationToken) is { Count: > 0 } adopted)
            {
                return adopted;
            }

            if (_ready.Count == 0)
            {
                _ready = new(_sweep!.Run());
                ReportIgnored();
            }

            return _ready.Count == 0 ? [] : await ClaimReadyAsync(Math.Min(max, _ready.Count), cancellationToken);
        }
        finally
        {
            _gate.Release();
        }
    }

    private async ValueTask<List<ClaimedFile>> ClaimReadyAsync(int count, CancellationToken cancellationToken)
    {
        var first = await _claims.OpenAsync(count, cancellationToken);
        var unused = Enumerable.Range(0, count).Select(i => first + i).ToList();
        try
        {
            for (var number = first; number < first + count; number++)
            {
                var file = _ready.Dequeue();
                if (TryTake(file.Dimension, file.Path, number, file.Name, file.VisibleAt, redelivered: false))
                {
                    unused.Remove(number);
                }

                _watch!.Forget(file.Path);
            }
        }
        finally
        {
            // All of them first: one that cannot be closed now is closed by the registry's sweep, and so are those after it.
            unused.ForEach(_claims.LetGo);
        }

        foreach (var number in unused)
        {
            await _claims.CloseAsync(number, cancellationToken);
        }

        return HandOver();
    }

    private List<ClaimedFile> HandOver()
    {
        // A claim that a power failure undoes would come back under another number, and not as a redelivery.
        foreach (var dimension in _moved.Select(file => file.Dimension.Name).Distinct())
        {
            FolderSync.Flush(_folder.Claims(dimension));
            FolderSync.Flush(_folder.Landing(dimension));
        }

        var claimed = _moved;
        _moved = [];
        return claimed;
    }

    /// <summary>False when the file is not there any more: another process was faster, or its producer took it back.</summary>
    private static bool TryMove(string from, string to)
    {
        try
        {
            // One rename(2), which exactly one process wins; a claim's name is new, so nothing is overwritten.
            File.Move(from, to, overwrite: true);
            return true;
        }
        catch (FileNotFoundException)
        {
            return false;
        }
    }

    /// <summary>Moves a claim to where it rests, then says that no row of it is to come. Safe to repeat.</summary>
    private async ValueTask<bool> FinishAsync(ClaimedFile file, string target, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var directory = Path.GetDirectoryName(target)!;
        if (!Directory.Exists(directory))
        {
            Directory.CreateDirectory(directory);
            FolderSync.Flush(Path.GetDirectoryName(directory)!);
        }

        // Before the file is moved: a process that ends between the two leaves nothing behind.
        FolderTraceParents.Forget(_folder, file);

        // The claim's name has this process's in it: the rename is refused when the file has been taken over.
        if (TryMove(file.Path, target))
        {
            _resting[file.Number] = 0;
        }
        else if (!_resting.ContainsKey(file.Number))
        {
            LogNotOurs(file.Dimension.Name, file.Name);
            return false;
        }

        FolderSync.Flush(directory);
        FolderSync.Flush(Path.GetDirectoryName(file.Path)!);
        await _claims.CloseAsync(file.Number, cancellationToken);
        _resting.TryRemove(file.Number, out _);
        return true;
    }

    private void ReportForeign(string path)
    {
        lock (_reported)
        {
            if (!_reported.Add(path))
            {
                return;
            }
        }

        LogForeignClaim(path);
    }

    private void ReportIgnored()
    {
        foreach (var name in _sweep!.Ignored)
        {
            bool isNew;
            lock (_reported)
            {
                isNew = _reported.Add(name);
            }

            if (isNew)
            {
                LogIgnored(name, string.Join(", ", FileFormat.Extensions));
            }
        }
    }

    private void LogLostNotifications(Exception failure) => LogLostNotifications(_logger, failure);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Notifications about landing files were lost; the periodic sweep finds the files.")]
    private static partial void LogLostNotifications(ILogger logger, Exception failure);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The landing file {File} is left alone: its name ends in none of {Extensions}.")]
    private partial void LogIgnored(string file, string extensions);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Path} is not the name of a claim and is left alone.")]
    private partial void LogForeignClaim(string path);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Dimension} file {File} is no longer claimed by this process; it is left to whoever has it now.")]
    private partial void LogNotOurs(string dimension, string file);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Took over {Count} files that another process had claimed and not finished.")]
    private partial void LogRecovered(int count);

    [LoggerMessage(Level = LogLevel.Error, Message = "The file {File} of {Dimension} was rejected as a whole, {Reason}; the note beside it says more.")]
    private partial void LogRejected(string dimension, string file, string reason);
}
