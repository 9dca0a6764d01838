using CustomerTrack.Detect;
using CustomerTrack.Lake;

namespace CustomerTrack.Ingest;

/// <summary>One reading of a claimed file, on its way. It is done when it was read to its end and every batch with rows of it is durable in the lake.</summary>
#pragma warning disable CA1001 // A semaphore whose wait handle is never asked for holds nothing to dispose of.
internal sealed class FileProgress(ClaimedFile file, FileInHand claim, QuarantineWriter quarantine)
#pragma warning restore CA1001
{
    private readonly Lock _lock = new();
    private readonly SemaphoreSlim _writing = new(1);
    private readonly Dictionary<string, long> _quarantined = [];
    private readonly HashSet<LakeObject> _objects = [];
    private long _rows;
    private long _accepted;
    private long _bytesRead;
    private int _pending = 1;
    private DetectCounts _counts;
    private IReadOnlyDictionary<string, long> _unknownColumns = new Dictionary<string, long>();
    private FileState _state;
    private string? _error;
    private DateTimeOffset? _archivedAt;
    private DateTimeOffset? _queryableAt;
    private bool _quarantineDropped;

    public ClaimedFile File { get; } = file;

    /// <summary>The claim that is read; several readings may share it.</summary>
    public FileInHand Claim { get; } = claim;

    /// <summary>Null where it is not traced.</summary>
    public FileTrace? Trace { get; init; }

    /// <summary>When reading began.</summary>
    public DateTimeOffset ReadAt { get; init; }

    /// <summary>When the reading of rows for the batch in hand began.</summary>
    public DateTimeOffset GatheringSince { get; set; } = DateTimeOffset.UnixEpoch;

    /// <summary>Times that records of the file have themselves, some of them.</summary>
    public RecordTimes Times { get; } = new();

    /// <summary>When the last thing happened that the file waited for.</summary>
    public DateTimeOffset LastStepAt { get; private set; }

    /// <summary>The lake objects that hold the file's deltas.</summary>
    public IReadOnlyCollection<LakeObject> Objects
    {
        get
        {
            lock (_lock)
            {
                return [.. _objects];
            }
        }
    }

    /// <summary>Closes the quarantine: durable when it returns.</summary>
    public async ValueTask CompleteQuarantineAsync(CancellationToken cancellationToken)
    {
        await _writing.WaitAsync(cancellationToken);
        try
        {
            await quarantine.CompleteAsync(cancellationToken);
        }
        finally
        {
            _writing.Release();
        }
    }

    /// <summary>Gives the quarantine up: the file is read again by another progress, or was rejected whole.</summary>
    public async ValueTask DropQuarantineAsync(CancellationToken cancellationToken)
    {
        await _writing.WaitAsync(cancellationToken);
        try
        {
            _quarantineDropped = true;
            await quarantine.DisposeAsync();
        }
        finally
        {
            _writing.Release();
        }
    }

    /// <summary>Takes note of rows that were read.</summary>
    public async ValueTask ReadAsync(int accepted, IReadOnlyList<RejectedRecord> rejected, long bytesRead, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            _accepted += accepted;
            _rows += accepted + rejected.Count;
            _bytesRead = bytesRead;
        }

        await QuarantineAsync(rejected, cancellationToken);
    }

    /// <summary>Takes back the acceptance of records that were older than the lateness horizon.</summary>
    public async ValueTask TooLateAsync(IReadOnlyList<RejectedRecord> rejected, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            _accepted -= rejected.Count;
        }

        await QuarantineAsync(rejected, cancellationToken);
    }

    public void UnknownColumns(IReadOnlyDictionary<string, long> columns)
    {
        lock (_lock)
        {
            _unknownColumns = new Dictionary<string, long>(columns);
        }
    }

    public void Count(in DetectCounts counts)
    {
        lock (_lock)
        {
            _counts = _counts.Plus(counts);
        }
    }

    /// <summary>One more thing has to happen before the file is done.</summary>
    public void Expect() => Interlocked.Increment(ref _pending);

    /// <summary>One of them has happened; true for the last. Reading to the end is the first.</summary>
    public bool Done() => Interlocked.Decrement(ref _pending) == 0;

    /// <summary>Something that the file waited for has happened; told before <see cref="Done"/>.</summary>
    public void Stepped(DateTimeOffset at)
    {
        lock (_lock)
        {
            LastStepAt = at > LastStepAt ? at : LastStepAt;
        }
    }

    public void WentInto(LakeObject lakeObject)
    {
        lock (_lock)
        {
            _objects.Add(lakeObject);
        }
    }

    public void Archived(DateTimeOffset at)
    {
        lock (_lock)
        {
            _state = FileState.Archived;
            _archivedAt = at;
        }
    }

    public void Queryable(DateTimeOffset at)
    {
        lock (_lock)
        {
            _state = FileState.Queryable;
            _queryableAt = at;
        }
    }

    public void Rejected(string error)
    {
        lock (_lock)
        {
            _state = FileState.Rejected;
            _error = error;
        }
    }

    public FileReport Report()
    {
        lock (_lock)
        {
            return new FileReport
            {
                Dimension = File.Dimension.Name,
                Name = File.Name,
                Number = File.Number,
                State = _state,
                Redelivered = File.Redelivered,
                Bytes = File.Bytes,
                BytesRead = _bytesRead,
                Rows = _rows,
                Accepted = _accepted,
                Quarantined = new Dictionary<string, long>(_quarantined),
                UnknownColumns = _unknownColumns,
                Counts = _counts,
                VisibleAt = File.VisibleAt,
                ArchivedAt = _archivedAt,
                QueryableAt = _queryableAt,
                Error = _error,
            };
        }
    }

    private async ValueTask QuarantineAsync(IReadOnlyList<RejectedRecord> rejected, CancellationToken cancellationToken)
    {
        if (rejected.Count == 0)
        {
            return;
        }

        lock (_lock)
        {
            foreach (var record in rejected)
            {
                _quarantined[record.Reason] = _quarantined.GetValueOrDefault(record.Reason) + 1;
            }
        }

        await _writing.WaitAsync(cancellationToken);
        try
        {
            // A batch of rows that were read before may still report late ones; the second reading reports them, too.
            if (!_quarantineDropped)
            {
                await quarantine.AddAsync(rejected, cancellationToken);
            }
        }
        finally
        {
            _writing.Release();
        }
    }
}
