using CustomerTrack.Lake;

namespace CustomerTrack.Load;

/// <content>What others ask of the loader: to load an object, to list the lake once more, and to be told.</content>
public sealed partial class WarehouseLoader
{
    /// <summary>Has an object of the lake loaded soon. Safe to repeat.</summary>
    public void Enqueue(LakeObject item)
    {
        if (_waiting.TryAdd(item.Name, new(TaskCreationOptions.RunContinuationsAsynchronously)))
        {
            LoadInstruments.LoadBacklog.Add(1);
            _arrived.Writer.TryWrite(item);
        }
    }

    /// <summary>
    /// Has the lake listed once more: others may have written objects that nobody announced. Completes once everything that it held then can be queried.
    /// </summary>
    public async Task CatchUpAgainAsync(CancellationToken cancellationToken = default)
    {
        await _caughtUp.Task.WaitAsync(cancellationToken);
        var mine = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var again = Interlocked.CompareExchange(ref _again, mine, comparand: null) ?? mine;
        Volatile.Read(ref _askedAgain).TrySetResult();
        if (_stopping.IsCancellationRequested)
        {
            again.TrySetCanceled(CancellationToken.None);
        }

        await again.Task.WaitAsync(cancellationToken);
    }

    /// <summary>Which of these objects can be queried, and which were never enqueued; waits for the first of either, but no longer than <paramref name="atMost"/>.</summary>
    public async Task<(IReadOnlyList<string> Loaded, IReadOnlyList<string> Unknown)> WaitAnyLoadedAsync(
        IReadOnlyCollection<string> objectNames, TimeSpan atMost, CancellationToken cancellationToken = default)
    {
        var loading = new List<(string Name, Task Task)>();
        var others = new List<string>();
        foreach (var name in objectNames)
        {
            if (_waiting.TryGetValue(name, out var waiting))
            {
                loading.Add((name, waiting.Task));
            }
            else
            {
                others.Add(name);
            }
        }

        if (others.Count > 0)
        {
            var loaded = await warehouse.FindLoadedAsync(others, cancellationToken);
            return ([.. loaded], [.. others.Where(name => !loaded.Contains(name))]);
        }

        using var enough = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var timer = Task.Delay(atMost, time, enough.Token);
        await Task.WhenAny(loading.Select(item => item.Task).Append(timer));
        await enough.CancelAsync();
        cancellationToken.ThrowIfCancellationRequested();
        return ([.. loading.Where(item => item.Task.IsCompletedSuccessfully).Select(item => item.Name)], []);
    }

    /// <summary>Completes when all of these objects can be queried.</summary>
    /// <exception cref="ArgumentException">One was never enqueued.</exception>
    public async Task WaitLoadedAsync(IReadOnlyCollection<string> objectNames, CancellationToken cancellationToken = default)
    {
        var others = new List<string>();
        var tasks = new List<Task>();
        foreach (var name in objectNames)
        {
            if (_waiting.TryGetValue(name, out var waiting))
            {
                tasks.Add(waiting.Task);
            }
            else
            {
                others.Add(name);
            }
        }

        if (others.Count > 0)
        {
            var loaded = await warehouse.FindLoadedAsync(others, cancellationToken);
            if (others.Find(name => !loaded.Contains(name)) is { } unknown)
            {
                throw new ArgumentException($"The lake object '{unknown}' was never enqueued.", nameof(objectNames));
            }
        }

        await Task.WhenAll(tasks).WaitAsync(cancellationToken);
    }
}
