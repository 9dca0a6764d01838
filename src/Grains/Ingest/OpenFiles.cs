namespace CustomerTrack.Ingest;

/// <summary>The numbers of the files that may still have rows to come.</summary>
/// <param name="areAllKnown">False while files of an earlier process may still turn up.</param>
internal sealed class OpenFiles(Func<bool> areAllKnown)
{
    private readonly Lock _lock = new();
    private readonly SortedSet<long> _numbers = [];

    /// <summary>
    /// The lowest of them: files with lower numbers are finished. Without any the number is the highest there is; while others may still turn up,
    /// which have lower numbers, it is the lowest.
    /// </summary>
    public long Floor
    {
        get
        {
            if (!areAllKnown())
            {
                return 0;
            }

            lock (_lock)
            {
                return _numbers.Count == 0 ? long.MaxValue : _numbers.Min;
            }
        }
    }

    public int Count
    {
        get
        {
            lock (_lock)
            {
                return _numbers.Count;
            }
        }
    }

    public void Add(long number)
    {
        lock (_lock)
        {
            _numbers.Add(number);
        }
    }

    public void Remove(long number)
    {
        lock (_lock)
        {
            _numbers.Remove(number);
        }
    }
}
