using CustomerTrack.Ingest;

namespace CustomerTrack.Cluster;

/// <summary>Numbers and open files of a cluster, in memory.</summary>
internal sealed class MemoryRegistry : IFileRegistry
{
    private readonly Lock _lock = new();
    private readonly SortedDictionary<long, string> _open = [];
    private long _last;

    public ValueTask<long> OpenAsync(string owner, int count, CancellationToken cancellationToken = default)
    {
        lock (_lock)
        {
            var first = Math.Max(_last + 1, (TimeProvider.System.GetUtcNow() - DateTimeOffset.UnixEpoch).Ticks / 10);
            _last = first + count - 1;
            for (var number = first; number <= _last; number++)
            {
                _open[number] = owner;
            }

            return new(first);
        }
    }

    public ValueTask<bool> TryTakeOverAsync(long number, string from, string owner, CancellationToken cancellationToken = default)
    {
        lock (_lock)
        {
            if (_open.GetValueOrDefault(number) is not { } holder || (holder != from && holder != owner))
            {
                return new(false);
            }

            _open[number] = owner;
            return new(true);
        }
    }

    public ValueTask CloseAsync(long number, string owner, CancellationToken cancellationToken = default)
    {
        lock (_lock)
        {
            if (_open.GetValueOrDefault(number) == owner)
            {
                _open.Remove(number);
            }
        }

        return ValueTask.CompletedTask;
    }

    public ValueTask<IReadOnlyList<OpenFile>> ListAsync(CancellationToken cancellationToken = default)
    {
        lock (_lock)
        {
            return new([.. _open.Select(open => new OpenFile(open.Key, open.Value))]);
        }
    }

    public ValueTask<long> FloorAsync(CancellationToken cancellationToken = default)
    {
        lock (_lock)
        {
            return new(_open.Count > 0 ? _open.Keys.First() : _last + 1);
        }
    }
}
