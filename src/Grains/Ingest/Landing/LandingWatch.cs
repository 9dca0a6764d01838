using System.Collections.Concurrent;
using System.Threading.Channels;

namespace CustomerTrack.Ingest;

/// <summary>Wakes the zone when something changes in a landing folder, and remembers which files appeared by a rename.</summary>
internal sealed class LandingWatch : IDisposable
{
    private readonly Channel<bool> _signal = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
    private readonly ConcurrentDictionary<string, DateTimeOffset> _renamed = new(StringComparer.Ordinal);
    private readonly List<FileSystemWatcher> _watchers = [];
    private readonly TimeProvider _time;

    /// <param name="folders">Existing folders.</param>
    /// <param name="onFailure">Told when the system lost notifications; the sweep finds what they were about.</param>
    public LandingWatch(IEnumerable<string> folders, TimeProvider time, Action<Exception> onFailure)
    {
        _time = time;
        foreach (var folder in folders)
        {
            // Names only: a foreign writer's every write would wake the zone for nothing.
            var watcher = new FileSystemWatcher(folder) { NotifyFilter = NotifyFilters.FileName, InternalBufferSize = 64 * 1024 };
            watcher.Created += (_, change) =>
            {
                Forget(change.FullPath);
                Wake();
            };
            watcher.Renamed += (_, change) =>
            {
                Forget(change.OldFullPath);
                _renamed[change.FullPath] = _time.GetUtcNow();
                Wake();
            };
            watcher.Error += (_, failure) =>
            {
                onFailure(failure.GetException());
                Wake();
            };
            watcher.EnableRaisingEvents = true;
            _watchers.Add(watcher);
        }
    }

    /// <summary>The files that appeared by a rename and were not forgotten yet.</summary>
    public IReadOnlyCollection<string> Renamed => [.. _renamed.Keys];

    /// <summary>When a file appeared by a rename; null for one that did not.</summary>
    public DateTimeOffset? RenamedAt(string path) => _renamed.TryGetValue(path, out var at) ? at : null;

    public void Forget(string path) => _renamed.TryRemove(path, out _);

    /// <summary>Waits for a change, at most for <paramref name="longest"/>.</summary>
    public async ValueTask WaitAsync(TimeSpan longest, CancellationToken cancellationToken)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var signal = _signal.Reader.ReadAsync(either.Token).AsTask();
        var sweep = Task.Delay(longest, _time, either.Token);
        await Task.WhenAny(signal, sweep);
        await either.CancelAsync();

        // The one that lost ends by its cancellation, which is not an error.
        await ((Task)signal).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
        await sweep.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
        cancellationToken.ThrowIfCancellationRequested();
    }

    public void Dispose()
    {
        foreach (var watcher in _watchers)
        {
            watcher.Dispose();
        }
    }

    public void Wake() => _signal.Writer.TryWrite(true);
}
