using CustomerTrack.State;

namespace CustomerTrack.Rebuild;

/// <summary>
/// Landing files by number and name while a dimension is rebuilt. The lake has the names only: a file that is not there any more and that no state knows gets
/// a number of its own, far below those of real files, which are times.
/// </summary>
internal sealed class SourceNames(ICustomerStateStore store)
{
    private const string Unnamed = "(unknown)";
    private const long HighestMadeUp = 1_000_000_000_000;
    private const int AtOnce = 1000;

    private readonly Dictionary<string, long> _numbers = new(StringComparer.Ordinal);
    private readonly Dictionary<string, long> _read = new(StringComparer.Ordinal);
    private readonly HashSet<long> _stored = [];
    private readonly List<Task> _storing = [];
    private long _madeUp;

    /// <summary>Remembers a file that is known by its number.</summary>
    public async ValueTask AddAsync(long number, string name, CancellationToken cancellationToken)
    {
        if (!_numbers.TryGetValue(name, out var known) || known < number)
        {
            _numbers[name] = number;
        }

        if (number < HighestMadeUp)
        {
            _madeUp = Math.Max(_madeUp, number);
        }

        await StoreAsync(number, name, cancellationToken);
    }

    /// <summary>All records of a file were read; files come in the order of their numbers.</summary>
    public void WasRead(string name, long number) => _read.TryAdd(name, number);

    /// <summary>
    /// Whether a file of this name was read that can have started a row: names may come again, but a row is never recorded before its file
    /// was given its number.
    /// </summary>
    /// <param name="recordedAt">When the row was recorded, microseconds UTC, as files' numbers are.</param>
    public bool IsRead(string? name, long recordedAt) => name is not null && _read.TryGetValue(name, out var number) && number <= recordedAt;

    /// <summary>The number that stands for a name of the lake.</summary>
    public async ValueTask<long> NumberOfAsync(string? name, CancellationToken cancellationToken)
    {
        name ??= Unnamed;
        if (!_numbers.TryGetValue(name, out var number))
        {
            number = ++_madeUp;
            _numbers.Add(name, number);
            await StoreAsync(number, name, cancellationToken);
        }

        return number;
    }

    /// <summary>Completes when all names are durable.</summary>
    public async ValueTask StoredAsync()
    {
        await Task.WhenAll(_storing);
        _storing.Clear();
    }

    private async ValueTask StoreAsync(long number, string name, CancellationToken cancellationToken)
    {
        if (!_stored.Add(number))
        {
            return;
        }

        // Many at once share one synced write.
        _storing.Add(store.PutFileNameAsync(number, name, cancellationToken).AsTask());
        if (_storing.Count == AtOnce)
        {
            await StoredAsync();
        }
    }
}
