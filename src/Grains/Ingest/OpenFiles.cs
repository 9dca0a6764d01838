namespace CustomerTrack.Ingest;

/// <summary>The numbers of the files that may still have rows to come.</summary>
internal sealed class OpenFiles
{
    private readonly Lock _lock = new();
    private readonly SortedSet<long> _numbers = [];

    /// <summary>The lowest of them: files with lower numbers are finished. Without any the number is the highest there is.</summary>
    public long Floor
    {
        get
        {
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
