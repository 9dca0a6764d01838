namespace CustomerTrack.Ingest;

/// <summary>
/// The registry of a process that has its states to itself: numbers come from the data folder, and which files are open it knows from memory. After a
/// start that memory is empty, and every claim that is found belongs to an earlier process, whatever its number.
/// </summary>
/// <param name="areAllKnown">False while files of an earlier process may still turn up: until then no file counts as finished.</param>
internal sealed class SoloFileRegistry(FileNumbers numbers, Func<bool> areAllKnown) : IFileRegistry
{
    private readonly Lock _lock = new();
    private readonly SortedDictionary<long, string> _open = [];
    private long _last = -1;

    /// <inheritdoc/>
    public async ValueTask<long> OpenAsync(string owner, int count, CancellationToken cancellationToken = default)
    {
        var first = await numbers.TakeAsync(count, cancellationToken);
        lock (_lock)
        {
            for (var number = first; number < first + count; number++)
            {
                _open.Add(number, owner);
            }

            _last = Math.Max(_last, first + count - 1);
        }

        return first;
    }

    /// <inheritdoc/>
    public async ValueTask<bool> TryTakeOverAsync(long number, string from, string owner, CancellationToken cancellationToken = default)
    {
        // The number may come from another folder's claim in a bucket.
        await numbers.PassAsync(number, cancellationToken);
        lock (_lock)
        {
            if (_open.TryGetValue(number, out var present) && present != from && present != owner)
            {
                return false;
            }

            _open[number] = owner;
            _last = Math.Max(_last, number);
            return true;
        }
    }

    /// <inheritdoc/>
    public ValueTask CloseAsync(long number, string owner, CancellationToken cancellationToken = default)
    {
        lock (_lock)
        {
            if (_open.TryGetValue(number, out var present) && present == owner)
            {
                _open.Remove(number);
            }
        }

        return ValueTask.CompletedTask;
    }

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<OpenFile>> ListAsync(CancellationToken cancellationToken = default)
    {
        lock (_lock)
        {
            return new([.. _open.Select(file => new OpenFile(file.Key, file.Value))]);
        }
    }

    /// <inheritdoc/>
    public ValueTask<long> FloorAsync(CancellationToken cancellationToken = default)
    {
        if (!areAllKnown())
        {
            return new(0);
        }

        lock (_lock)
        {
            foreach (var (lowest, _) in _open)
            {
                return new(lowest);
            }

            return new(_last + 1);
        }
    }
}
