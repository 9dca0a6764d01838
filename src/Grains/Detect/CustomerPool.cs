namespace CustomerTrack.Detect;

/// <summary>
/// Which customers of a shard are worth a grain. One that turns up for the first time is folded by the shard itself, from its
/// stored state: a first load or a backfill then costs no activations. One that turns up again gets its grain.
/// </summary>
/// <param name="since">When the shard was activated.</param>
internal sealed class CustomerPool(string dimension, IGrainFactory grains, DateTimeOffset since)
{
    /// <summary>
    /// How long after its last batch a grain answers reads from memory. A shard knows a customer for longer, so it does not fold itself
    /// what a grain still answers from.
    /// </summary>
    public static readonly TimeSpan HotFor = TimeSpan.FromMinutes(4);

    private static readonly TimeSpan KnownFor = HotFor + TimeSpan.FromMinutes(1);
    private static readonly TimeSpan SweepEvery = TimeSpan.FromMinutes(1);

    // Hashes of customers that were seen once; when it is full all are forgotten, which costs one more fold in the shard each.
    private const int MaxSeen = 20_000;

    private readonly Dictionary<string, KnownCustomer> _known = new(StringComparer.Ordinal);
    private readonly HashSet<ulong> _seen = [];
    private DateTimeOffset _swept = since;

    /// <summary>The customers that have a grain, as far as the shard knows.</summary>
    public IEnumerable<KnownCustomer> Known => _known.Values;

    /// <summary>The customer's grain, or null where the shard is to fold.</summary>
    public KnownCustomer? Touch(string key, DateTimeOffset now)
    {
        if (_known.TryGetValue(key, out var known))
        {
            known.LastTouched = now;
            return known;
        }

        if (IsFirstTime(key))
        {
            return null;
        }

        known = new KnownCustomer(grains.GetGrain<ICustomerGrain>(CustomerKey.Of(dimension, key))) { LastTouched = now };
        _known.Add(key, known);
        return known;
    }

    /// <summary>Forgets customers that were not touched for so long that their grains no longer answer from memory.</summary>
    public void Sweep(DateTimeOffset now)
    {
        if (now - _swept < SweepEvery)
        {
            return;
        }

        _swept = now;
        foreach (var (key, known) in _known)
        {
            if (now - known.LastTouched > KnownFor)
            {
                _known.Remove(key);
            }
        }
    }

    private bool IsFirstTime(string key)
    {
        if (_seen.Count >= MaxSeen)
        {
            _seen.Clear();
        }

        return _seen.Add(Sharding.Hash(key));
    }
}
