using System.Collections.Concurrent;

namespace CustomerTrack.SnowflakeEmulator;

/// <summary>What happened, by name, for tests that wait for facts.</summary>
internal sealed class Counters
{
    private readonly ConcurrentDictionary<string, long> _values = new(StringComparer.Ordinal);

    public long this[string name] => _values.GetValueOrDefault(name);

    public void Add(string name, long count = 1) => _values.AddOrUpdate(name, count, (_, value) => value + count);

    public SortedDictionary<string, long> All() => new(_values, StringComparer.Ordinal);
}
