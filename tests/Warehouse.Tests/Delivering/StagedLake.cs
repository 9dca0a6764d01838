using System.Globalization;
using System.Runtime.CompilerServices;
using CustomerTrack.Dimensions;
using CustomerTrack.Lake;
using CustomerTrack.Snowflake;

namespace CustomerTrack.Warehouse.Tests;

/// <summary>The names of a lake's objects, in memory.</summary>
internal sealed class StagedLake : IStagedLake
{
    private readonly SortedDictionary<string, LakeObject> _objects = new(StringComparer.Ordinal);

    public Dictionary<string, string> Notes { get; } = [];

    /// <summary>How often a listing began.</summary>
    public int Listings { get; private set; }

    public IReadOnlyCollection<LakeObject> Objects => _objects.Values;

    public string Prefix => "lake/";

    public LakeObject Write(DateTimeOffset at, long rows)
    {
        var name = string.Create(CultureInfo.InvariantCulture, $"dimension=customer/date={at:yyyy-MM-dd}/{at:yyyyMMdd'T'HHmmss.ffffff}Z-1f0c9a7e-{_objects.Count + 1:D6}-{rows}.parquet");
        var written = new LakeObject { Dimension = "customer", Name = name, Rows = rows, Bytes = rows * 100 };
        _objects.Add(name, written);
        return written;
    }

    public async IAsyncEnumerable<LakeObject> ListAsync(DimensionDefinition dimension, string? startAfter, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        Listings++;
        foreach (var found in _objects.Values.Where(found => startAfter is null || string.CompareOrdinal(found.Name, startAfter) > 0).ToList())
        {
            yield return found;
        }

        await Task.CompletedTask;
    }

    public ValueTask<LakeObject> RedeliverAsync(LakeObject original, int attempt, CancellationToken cancellationToken = default)
    {
        var copy = original with { Name = original.Name.Replace(".parquet", $".r{attempt}.parquet", StringComparison.Ordinal) };
        _objects[copy.Name] = copy;
        return new(copy);
    }

    public ValueTask<string?> ReadNoteAsync(string name, CancellationToken cancellationToken = default) => new(Notes.GetValueOrDefault(name));

    public ValueTask WriteNoteAsync(string name, string text, CancellationToken cancellationToken = default)
    {
        Notes[name] = text;
        return default;
    }
}
