using System.Globalization;
using CustomerTrack.Dimensions;
using CustomerTrack.Records;

namespace CustomerTrack.Benchmarks;

/// <summary>Makes deltas as customers' grains would, without customers.</summary>
internal sealed class DeltaFeed(DimensionDefinition dimension, int customers)
{
    private const long Start = 1_600_000_000_000_000;

    private readonly CustomerContent _content = new(dimension);
    private readonly int[] _versions = new int[customers];
    private readonly long[] _since = new long[customers];
    private readonly long[] _revisions = new long[customers];
    private readonly Random _random = new(1);
    private long _clock = Start;

    /// <summary>The only file the deltas come from.</summary>
    public static readonly IReadOnlyDictionary<long, string> Files = new Dictionary<long, string> { [1] = "rows.csv" };

    public static string Key(int customer) => string.Create(CultureInfo.InvariantCulture, $"C{customer:D9}");

    /// <summary>The first versions of some customers.</summary>
    public List<Delta> Open(int first, int count) => [.. Enumerable.Range(first, count).Select(customer => Open(customer))];

    /// <summary>Changes of the customers from <paramref name="first"/> on: two deltas each, an end and a start.</summary>
    public List<Delta> Change(int first, int count) => [.. Enumerable.Range(first, count).SelectMany(customer => Change(customer))];

    /// <summary>Changes of customers chosen by chance, none twice.</summary>
    public List<Delta> ChangeSome(int count)
    {
        var chosen = new HashSet<int>();
        while (chosen.Count < count)
        {
            chosen.Add(_random.Next(customers));
        }

        return [.. chosen.SelectMany(customer => Change(customer))];
    }

    private Delta[] Change(int customer)
    {
        _clock++;
        var closed = Image(customer) with { ValidTo = _clock };
        return [closed, Open(customer)];
    }

    private Delta Open(int customer)
    {
        _versions[customer]++;
        _since[customer] = ++_clock;
        return Image(customer);
    }

    private Delta Image(int customer) => new()
    {
        Key = Key(customer),
        ValidFrom = _since[customer],
        State = RowState.Version,
        Revision = ++_revisions[customer],
        RecordedAt = _clock,
        Content = _content.Of(customer, _versions[customer]),
        File = 1,
        Row = customer + 1,
    };
}
