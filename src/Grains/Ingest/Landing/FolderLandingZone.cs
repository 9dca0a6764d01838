using CustomerTrack.Dimensions;
using CustomerTrack.Lake;
using CustomerTrack.Records;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace CustomerTrack.Ingest;

/// <summary>
/// A landing zone in a folder. A claim is one rename into <c>landing/&lt;dimension&gt;/.claims</c>, so of several processes on one
/// folder exactly one gets a file; the claims of a process that ended go to one that runs.
/// </summary>
public sealed partial class FolderLandingZone(
    LandingFolders folder,
    IDimensionCatalog dimensions,
    IOptions<IngestOptions> options,
    TimeProvider time,
    ILogger<FolderLandingZone> logger) : ILandingZone, IDisposable
{
    private readonly SemaphoreSlim _gate = new(1, 1);
    private readonly FileNumbers _numbers = new(folder, dimensions.All.Select(dimension => dimension.Name), time);
    private readonly HashSet<string> _reported = new(StringComparer.Ordinal);
    private Queue<LandingCandidate> _ready = new();
    private List<ClaimedFile> _moved = [];
    private ClaimOwner? _owner;
    private LandingWatch? _watch;
    private LandingSweep? _sweep;
    private DateTimeOffset _lastAdoption;

    /// <summary>Files in landing whose names end in nothing that can be read, as <c>dimension/name</c>. They stay where they are.</summary>
    public IReadOnlyCollection<string> Ignored => _sweep?.Ignored ?? [];

    /// <inheritdoc/>
    public async ValueTask<IReadOnlyList<ClaimedFile>> RecoverAsync(CancellationToken cancellationToken = default)
    {
        await _gate.WaitAsync(cancellationToken);
        try
        {
            if (_owner is not null)
            {
                throw new InvalidOperationException("The landing zone was recovered already; that is done once, before the first claim.");
            }

            Directory.CreateDirectory(folder.Owners);
            foreach (var dimension in dimensions.All)
            {
                Directory.CreateDirectory(folder.Claims(dimension.Name));
                Directory.CreateDirectory(folder.Archive(dimension.Name));
                Directory.CreateDirectory(folder.RejectedFiles(dimension.Name));
            }

            _owner = ClaimOwner.Enter(folder.Owners);
            _watch = new(dimensions.All.Select(dimension => folder.Landing(dimension.Name)), time, LogLostNotifications);
            _sweep = new(folder, dimensions.All, _watch, options.Value.SettleTime, time);
            return Adopt(_owner);
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
    public ValueTask<int> CountWaitingAsync(CancellationToken cancellationToken = default) => new(LandingSweep.Count(folder, dimensions.All));

    /// <inheritdoc/>
    public Stream Open(ClaimedFile file) =>
        new FileStream(file.Path, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete, bufferSize: 0, FileOptions.SequentialScan);

    /// <inheritdoc/>
    public async ValueTask ArchiveAsync(ClaimedFile file, CancellationToken cancellationToken = default) =>
        await FinishAsync(file, folder.ArchivePath(file), cancellationToken);

    /// <inheritdoc/>
    public async ValueTask RejectAsync(ClaimedFile file, string reason, string message, CancellationToken cancellationToken = default)
    {
        var target = folder.RejectedFilePath(file);
        // The note first: a file in the rejected folder always has one.
        DurableFile.Write(LandingFolders.NotePath(target), RejectedFileNote.Write(file, reason, message, time));
        await FinishAsync(file, target, cancellationToken);
        LogRejected(file.Dimension.Name, file.Name, reason, message);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _watch?.Dispose();
        _owner?.Dispose();
        _gate.Dispose();
    }

    /// <summary>Waits until something changes in a landing folder, for the sweep interval at most.</summary>
    internal ValueTask WaitAsync(CancellationToken cancellationToken) => _watch!.WaitAsync(options.Value.SweepInterval, cancellationToken);

    /// <summary>Claims what is complete now, without waiting.</summary>
    internal async ValueTask<IReadOnlyList<ClaimedFile>> TryClaimAsync(int max, CancellationToken cancellationToken)
    {
        await _gate.WaitAsync(cancellationToken);
        try
        {
            if (_owner is null)
            {
                throw new InvalidOperationException("The landing zone has to be recovered before the first claim.");
            }

            if (_moved.Count > 0)
            {
                // The call that moved them failed before it could tell.
                return HandOver();
            }

            if (time.GetUtcNow() - _lastAdoption >= options.Value.SweepInterval && Adopt(_owner) is { Count: > 0 } adopted)
            {
                return adopted;
            }

            if (_ready.Count == 0)
            {
                _ready = new(_sweep!.Run());
                ReportIgnored();
            }

            return _ready.Count == 0 ? [] : await ClaimReadyAsync(_owner, Math.Min(max, _ready.Count), cancellationToken);
        }
        finally
        {
            _gate.Release();
        }
    }

    private async ValueTask<IReadOnlyList<ClaimedFile>> ClaimReadyAsync(ClaimOwner owner, int count, CancellationToken cancellationToken)
    {
        var number = await _numbers.TakeAsync(count, cancellationToken);
        for (var i = 0; i < count; i++)
        {
            var file = _ready.Dequeue();
            var claim = Path.Combine(folder.Claims(file.Dimension.Name), owner.ClaimName(number + i, file.Name));
            if (TryMove(file.Path, claim))
            {
                _moved.Add(Claim(file.Dimension, file.Name, number + i, claim, file.VisibleAt, redelivered: false));
            }

            _watch!.Forget(file.Path);
        }

        return HandOver();
    }

    private List<ClaimedFile> HandOver()
    {
        // A claim that a power failure undoes would come back under another number, and not as a redelivery.
        foreach (var dimension in _moved.Select(file => file.Dimension.Name).Distinct())
        {
            FolderSync.Flush(folder.Claims(dimension));
            FolderSync.Flush(folder.Landing(dimension));
        }

        var claimed = _moved;
        _moved = [];
        return claimed;
    }

    /// <summary>Takes over the claims whose owner ended.</summary>
    private List<ClaimedFile> Adopt(ClaimOwner owner)
    {
        var adopted = new List<ClaimedFile>();
        foreach (var dimension in dimensions.All)
        {
            foreach (var path in Directory.GetFiles(folder.Claims(dimension.Name)))
            {
                if (!ClaimOwner.TrySplit(Path.GetFileName(path), out var number, out var holder, out var name))
                {
                    if (_reported.Add(path))
                    {
                        LogForeignClaim(path);
                    }

                    continue;
                }

                if (owner.IsAlive(holder))
                {
                    continue;
                }

                var claim = Path.Combine(folder.Claims(dimension.Name), owner.ClaimName(number, name));
                if (TryMove(path, claim))
                {
                    adopted.Add(Claim(dimension, name, number, claim, new(SequenceText.ToDateTime(number)), redelivered: true));
                }
            }
        }

        foreach (var dimension in adopted.Select(file => file.Dimension.Name).Distinct())
        {
            FolderSync.Flush(folder.Claims(dimension));
        }

        owner.RemoveDead();
        _lastAdoption = time.GetUtcNow();
        adopted.Sort((left, right) => left.Number.CompareTo(right.Number));
        if (adopted.Count > 0)
        {
            LogRecovered(adopted.Count);
        }

        return adopted;
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

    private static ClaimedFile Claim(DimensionDefinition dimension, string name, long number, string path, DateTimeOffset visibleAt, bool redelivered) => new()
    {
        Dimension = dimension,
        Name = name,
        Number = number,
        Redelivered = redelivered,
        Path = path,
        Bytes = new FileInfo(path).Length,
        VisibleAt = visibleAt,
    };

    /// <summary>Moves a claim to where it rests. Safe to repeat.</summary>
    private static ValueTask FinishAsync(ClaimedFile file, string target, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var directory = Path.GetDirectoryName(target)!;
        if (!Directory.Exists(directory))
        {
            Directory.CreateDirectory(directory);
            FolderSync.Flush(Path.GetDirectoryName(directory)!);
        }

        if (File.Exists(file.Path) || !File.Exists(target))
        {
            DurableFile.Rename(file.Path, target);
        }

        return default;
    }

    private void ReportIgnored()
    {
        foreach (var name in _sweep!.Ignored)
        {
            if (_reported.Add(name))
            {
                LogIgnored(name, string.Join(", ", FileFormat.Extensions));
            }
        }
    }

    private void LogLostNotifications(Exception failure) => LogLostNotifications(logger, failure);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Notifications about landing files were lost; the periodic sweep finds the files.")]
    private static partial void LogLostNotifications(ILogger logger, Exception failure);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The landing file {File} is left alone: its name ends in none of {Extensions}.")]
    private partial void LogIgnored(string file, string extensions);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Path} is not the name of a claim and is left alone.")]
    private partial void LogForeignClaim(string path);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Took over {Count} files that another process had claimed and not finished.")]
    private partial void LogRecovered(int count);

    [LoggerMessage(Level = LogLevel.Error, Message = "The file {File} of {Dimension} was rejected as a whole, {Reason}: {Explanation}")]
    private partial void LogRejected(string dimension, string file, string reason, string explanation);
}
