using CustomerTrack.Ingest;
using CustomerTrack.State;

namespace CustomerTrack.Tests;

/// <summary>A registry in memory that several processes of a test share.</summary>
public sealed class MemoryFileRegistry : IFileRegistry
{
    private readonly Lock _lock = new();
    private readonly SortedDictionary<long, string> _open = [];
    private readonly HashSet<string> _dead = new(StringComparer.Ordinal);
    private long _last = 1_769_860_800_000_000;

    public bool IsOpenFor(long number, string owner)
    {
        lock (_lock)
        {
            return _open.GetValueOrDefault(number) == owner;
        }
    }

    public ValueTask<long> OpenAsync(string owner, int count, CancellationToken cancellationToken = default)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(count);
        lock (_lock)
        {
            RefuseDead(owner);
            var first = _last + 1;
            for (; count > 0; count--)
            {
                _open.Add(++_last, owner);
            }

            return new(first);
        }
    }

    public ValueTask<bool> TryTakeOverAsync(long number, string from, string owner, CancellationToken cancellationToken = default)
    {
        ArgumentOutOfRangeException.ThrowIfEqual(owner, from);
        lock (_lock)
        {
            RefuseDead(owner);
            _dead.Add(from);
            var present = _open.GetValueOrDefault(number);
            if (present == from)
            {
                _open[number] = owner;
            }

            return new(present == from || present == owner);
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
            return new([.. _open.Select(file => new OpenFile(file.Key, file.Value))]);
        }
    }

    public ValueTask<long> FloorAsync(CancellationToken cancellationToken = default)
    {
        lock (_lock)
        {
            return new(_open.Count == 0 ? _last + 1 : _open.First().Key);
        }
    }

    private void RefuseDead(string owner)
    {
        if (_dead.Contains(owner))
        {
            throw new StateStoreException($"'{owner}' was declared dead, and its files were taken over.", innerException: null);
        }
    }
}
