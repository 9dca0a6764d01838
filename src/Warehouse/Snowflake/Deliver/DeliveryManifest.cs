using CustomerTrack.Lake;

namespace CustomerTrack.Snowflake;

/// <summary>
/// The objects of one dimension that are not in Snowflake's tables yet, and what to do for each and when. An object is done
/// when the merge's ledger counts all its rows under any of its names; until then it is announced, announced again, and
/// written again under a new name, in growing distances. Decides only; not thread-safe.
/// </summary>
/// <param name="redeliverAfter">How long an announced name may take to show up.</param>
/// <param name="capacity">The most objects it keeps; others have to be listed again later.</param>
internal sealed class DeliveryManifest(TimeSpan redeliverAfter, SnowflakeNotification notification, int capacity)
{
    private const int MostDoublings = 6;

    private readonly Dictionary<string, Delivery> _open = new(StringComparer.Ordinal);
    private readonly PriorityQueue<(Delivery Delivery, DateTimeOffset DueAt), DateTimeOffset> _due = new();

    /// <summary>Objects that are not known to be in the tables.</summary>
    public int Count => _open.Count;

    public long Rows { get; private set; }

    public long Bytes { get; private set; }

    /// <summary>Objects under way that were written again at least once.</summary>
    public int Redelivered => _open.Values.Count(delivery => delivery.Attempt > 0);

    /// <summary>Objects that are loaded and wait for a merge.</summary>
    public int Loaded { get; private set; }

    /// <summary>Since when the longest of them waits for a merge; null when none does.</summary>
    public DateTimeOffset? LoadedSince => _open.Values.Min(delivery => delivery.LoadedAt);

    /// <summary>When the oldest of them was written; null when there is none.</summary>
    public DateTimeOffset? Oldest => _open.Count == 0 ? null : _open.Values.Min(delivery => delivery.WrittenAt);

    /// <summary>Why an object was not loaded, of those still under way.</summary>
    public string? Error => _open.Values.FirstOrDefault(delivery => delivery.Error is not null)?.Error;

    /// <summary>When the next step is due; null when nothing is under way.</summary>
    public DateTimeOffset? NextDue
    {
        get
        {
            Skip();
            return _due.TryPeek(out _, out var at) ? at : null;
        }
    }

    /// <summary>Takes an object of the lake, or a redelivery of one. False: it is full.</summary>
    public bool Add(LakeObject found, DateTimeOffset now)
    {
        if (!LakeObjectName.TryParse(found.Name, out var name))
        {
            throw new ArgumentException($"'{found.Name}' is not a name of a lake object.", nameof(found));
        }

        if (!_open.TryGetValue(name.Stem, out var delivery))
        {
            if (_open.Count >= capacity)
            {
                return false;
            }

            delivery = new(name.Stem, found with { Name = (name with { Redelivery = 0 }).ToString() }, name.WrittenAt);
            _open.Add(name.Stem, delivery);
            Rows += found.Rows;
            Bytes += found.Bytes;
            Renew(delivery, found, name.Redelivery, now);
        }
        else if (name.Redelivery > delivery.Attempt)
        {
            Renew(delivery, found, name.Redelivery, now);
        }

        return true;
    }

    /// <summary>Up to <paramref name="most"/> objects whose <paramref name="step"/> is due, the longest due first.</summary>
    public IReadOnlyList<Delivery> Due(DeliveryStep step, DateTimeOffset now, int most)
    {
        var due = new List<Delivery>();
        var others = new List<Delivery>();
        var seen = new HashSet<Delivery>();
        while (due.Count < most)
        {
            Skip();
            if (!_due.TryPeek(out var first, out var at) || at > now)
            {
                break;
            }

            _due.Dequeue();
            if (seen.Add(first.Delivery))
            {
                (first.Delivery.Next == step ? due : others).Add(first.Delivery);
            }
        }

        // They stay due until it is said what became of them.
        foreach (var delivery in due.Concat(others))
        {
            _due.Enqueue((delivery, delivery.DueAt), delivery.DueAt);
        }

        return due;
    }

    /// <summary>The pipe was told the newest name.</summary>
    public void Announced(Delivery delivery, DateTimeOffset now)
    {
        // A notification may be lost, so it is repeated once; a name that is remembered as failed helps nobody.
        delivery.Announcements++;
        Plan(delivery, delivery.Announcements == 1 ? DeliveryStep.Announce : DeliveryStep.Redeliver, now + Patience(delivery));
    }

    /// <summary>It was written again as <paramref name="copy"/>.</summary>
    public void Rewritten(Delivery delivery, LakeObject copy, DateTimeOffset now) => Renew(delivery, copy, delivery.Attempt + 1, now);

    /// <summary>Snowpipe said what became of a file.</summary>
    /// <param name="name">The object's name, as the lake has it.</param>
    /// <returns>The delivery whose rows are all loaded; null when it said something else.</returns>
    public Delivery? Reported(string name, FileLoad load, DateTimeOffset now)
    {
        if (!LakeObjectName.TryParse(name, out var parsed) || !_open.TryGetValue(parsed.Stem, out var delivery) || parsed.Redelivery <= delivery.LostThrough)
        {
            return null;
        }

        if (load.State == LoadState.Loaded && load.RowsInserted >= delivery.Original.Rows)
        {
            Arrived(delivery, now);
            return delivery;
        }

        if (delivery.LoadedAt is null && name == delivery.Newest.Name)
        {
            if (load.State == LoadState.InProgress)
            {
                Plan(delivery, delivery.Next, Later(delivery.DueAt, now + Patience(delivery)));
            }
            else if (delivery.Error is null)
            {
                delivery.Error = load.Error ?? $"{load.RowsInserted} of {delivery.Original.Rows} rows were loaded.";
                Plan(delivery, DeliveryStep.Redeliver, delivery.Attempt == 0 ? now : now + Patience(delivery));
            }
        }

        return null;
    }

    /// <summary>All its rows are in the table that Snowpipe fills: only a merge that leaves them out would be a reason to write it again.</summary>
    public void Arrived(Delivery delivery, DateTimeOffset now)
    {
        MarkLoaded(delivery, delivery.LoadedAt ?? now);
        delivery.Error = null;
        Plan(delivery, DeliveryStep.Redeliver, DateTimeOffset.MaxValue);
    }

    /// <summary>The merge's ledger counts <paramref name="rows"/> of the object under <paramref name="name"/>.</summary>
    /// <returns>The delivery that this completes; null when it completes none.</returns>
    public Delivery? Merged(string name, long rows)
    {
        if (Find(name) is not { } delivery || rows < delivery.Original.Rows)
        {
            return null;
        }

        _open.Remove(delivery.Stem);
        MarkLoaded(delivery, null);
        Rows -= delivery.Original.Rows;
        Bytes -= delivery.Original.Bytes;
        return delivery;
    }

    /// <summary>A merge took all there was at <paramref name="takenAt"/>: what was loaded well before and is still not in the tables was lost on the way.</summary>
    public void MergeSeen(DateTimeOffset takenAt, DateTimeOffset now)
    {
        foreach (var delivery in _open.Values)
        {
            if (delivery.LoadedAt + redeliverAfter <= takenAt)
            {
                MarkLoaded(delivery, null);
                delivery.LostThrough = delivery.Attempt;
                delivery.Error = "It was loaded, but merges left it out.";
                Plan(delivery, DeliveryStep.Redeliver, now);
            }
        }
    }

    private static DateTimeOffset Later(DateTimeOffset left, DateTimeOffset right) => left > right ? left : right;

    private Delivery? Find(string name) =>
        LakeObjectName.TryParse(name, out var parsed) && _open.TryGetValue(parsed.Stem, out var delivery) ? delivery : null;

    private void MarkLoaded(Delivery delivery, DateTimeOffset? at)
    {
        Loaded += (at is null ? 0 : 1) - (delivery.LoadedAt is null ? 0 : 1);
        delivery.LoadedAt = at;
    }

    private TimeSpan Patience(Delivery delivery) => redeliverAfter * (1 << Math.Min(delivery.Attempt, MostDoublings));

    private void Renew(Delivery delivery, LakeObject newest, int attempt, DateTimeOffset now)
    {
        delivery.Newest = newest;
        delivery.Attempt = attempt;
        delivery.Announcements = 0;
        MarkLoaded(delivery, null);
        delivery.Error = null;
        if (notification == SnowflakeNotification.AutoIngest)
        {
            // The bucket's event announces it.
            Plan(delivery, DeliveryStep.Redeliver, now + (2 * Patience(delivery)));
        }
        else
        {
            Plan(delivery, DeliveryStep.Announce, now);
        }
    }

    private void Plan(Delivery delivery, DeliveryStep step, DateTimeOffset dueAt)
    {
        delivery.Next = step;
        delivery.DueAt = dueAt;
        if (dueAt < DateTimeOffset.MaxValue)
        {
            _due.Enqueue((delivery, dueAt), dueAt);
        }
    }

    /// <summary>Drops entries of the queue that were planned otherwise or are done.</summary>
    private void Skip()
    {
        while (_due.TryPeek(out var first, out _)
            && (first.Delivery.DueAt != first.DueAt || !_open.TryGetValue(first.Delivery.Stem, out var open) || open != first.Delivery))
        {
            _due.Dequeue();
        }
    }
}
