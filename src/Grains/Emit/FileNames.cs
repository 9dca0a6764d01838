using System.Collections.Concurrent;
using CustomerTrack.Records;
using CustomerTrack.State;

namespace CustomerTrack.Emit;

/// <summary>The names of landing files by their numbers, for the lineage of rows that were started long ago.</summary>
public sealed class FileNames(ICustomerStateStore store)
{
    private const int MaxCached = 20_000;

    private readonly ConcurrentDictionary<long, string> _cache = new();

    /// <summary>Remembers a name, durably; deltas of the file may leave after that.</summary>
    public async ValueTask PutAsync(long number, string name, CancellationToken cancellationToken)
    {
        await store.PutFileNameAsync(number, name, cancellationToken);
        Cache(number, name);
    }

    /// <summary>The names of all files that <paramref name="deltas"/> came from.</summary>
    /// <exception cref="InvalidDataException">A number was never put: the state and these deltas are not of one data folder.</exception>
    public async ValueTask<IReadOnlyDictionary<long, string>> OfAsync(IReadOnlyList<Delta> deltas, CancellationToken cancellationToken)
    {
        var names = new Dictionary<long, string>();
        var last = 0L;
        for (var i = 0; i < deltas.Count; i++)
        {
            var number = deltas[i].File;
            if (number == last || names.ContainsKey(number))
            {
                continue;
            }

            last = number;
            names.Add(number, await OfAsync(number, cancellationToken));
        }

        return names;
    }

    /// <summary>The name of one file.</summary>
    public async ValueTask<string> OfAsync(long number, CancellationToken cancellationToken)
    {
        if (_cache.TryGetValue(number, out var cached))
        {
            return cached;
        }

        var name = await store.GetFileNameAsync(number, cancellationToken)
            ?? throw new InvalidDataException($"The state names a landing file {number} that this data folder never had.");
        Cache(number, name);
        return name;
    }

    private void Cache(long number, string name)
    {
        if (_cache.Count >= MaxCached)
        {
            _cache.Clear();
        }

        _cache[number] = name;
    }
}
