namespace CustomerTrack.Ingest;

/// <summary>The files under way and the last ones that were finished, and totals over all since the start.</summary>
public sealed class FileReports
{
    private const int MaxFinished = 10_000;

    private readonly Lock _lock = new();
    private readonly Dictionary<long, FileProgress> _open = [];
    private readonly Dictionary<long, FileReport> _finished = [];
    private readonly Queue<long> _order = new();
    private IngestTotals _totals = new();

    /// <summary>Totals over the finished files since the start.</summary>
    public IngestTotals Totals
    {
        get
        {
            lock (_lock)
            {
                return _totals;
            }
        }
    }

    /// <summary>The files that are claimed and not finished, lowest number first.</summary>
    public IReadOnlyList<FileReport> Open
    {
        get
        {
            lock (_lock)
            {
                return [.. _open.Values.OrderBy(f => f.File.Number).Select(f => f.Report())];
            }
        }
    }

    /// <summary>Every report held here, newest last.</summary>
    public IReadOnlyList<FileReport> Finished
    {
        get
        {
            lock (_lock)
            {
                return [.. _order.Select(number => _finished[number])];
            }
        }
    }

    /// <summary>The report of a file; null if it is not known (yet, or any more).</summary>
    /// <param name="since">Only a file with this number or a higher one: names come again.</param>
    public FileReport? Find(string dimension, string name, long since)
    {
        lock (_lock)
        {
            return _open.Values.Where(f => f.File.Dimension.Name == dimension && f.File.Name == name && f.File.Number >= since).Select(f => f.Report())
                .Concat(_finished.Values.Where(r => r.Dimension == dimension && r.Name == name && r.Number >= since))
                .MaxBy(r => r.Number);
        }
    }

    internal void Started(FileProgress file)
    {
        lock (_lock)
        {
            _open[file.File.Number] = file;
        }
    }

    /// <summary>The file is another process's by now, or comes again; nothing is reported of it here.</summary>
    internal void GaveUp(long number, FileInHand claim)
    {
        lock (_lock)
        {
            // It may have come again since: that claim is not given up.
            if (_open.GetValueOrDefault(number)?.Claim == claim)
            {
                _open.Remove(number);
            }
        }
    }

    internal void Finish(FileProgress file)
    {
        var report = file.Report();
        lock (_lock)
        {
            _open.Remove(report.Number);
            if (_finished.TryAdd(report.Number, report))
            {
                _order.Enqueue(report.Number);
                _totals = _totals.Plus(report);
            }

            if (_order.Count > MaxFinished)
            {
                _finished.Remove(_order.Dequeue());
            }
        }
    }
}
