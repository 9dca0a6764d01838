namespace CustomerTrack.SnowflakeEmulator;

/// <summary>
/// A virtual warehouse: which seconds it would have been paid for. It resumes for a statement that needs it, and suspends
/// when it was idle for AUTO_SUSPEND seconds; every resume costs a minute at least.
/// </summary>
internal sealed class WarehouseObject(ObjectName name, long id, string? owner, DateTimeOffset created, TimeProvider time)
    : CatalogObject(ObjectKind.Warehouse, name, id, owner, created)
{
    private readonly Lock _lock = new();
    private double _paid;
    private long _resumes;
    private int _busy;
    private DateTimeOffset? _resumed;
    private DateTimeOffset _lastUsed;

    public bool AutoResume => Properties.Flag("AUTO_RESUME", otherwise: true);

    private long AutoSuspendSeconds => Properties.Number("AUTO_SUSPEND", 600);

    public void Resume()
    {
        lock (_lock)
        {
            Settle();
            Start();
        }
    }

    public void Suspend()
    {
        lock (_lock)
        {
            Settle();
            if (_resumed is not null)
                Stop(time.GetUtcNow());
        }
    }

    /// <summary>Uses the warehouse until the result is disposed.</summary>
    public IDisposable Use()
    {
        lock (_lock)
        {
            Settle();
            if (_resumed is null && !AutoResume)
                throw new SqlException("000606", "57P03", $"Cannot execute query: warehouse '{Name}' is suspended and does not resume by itself.");
            Start();
            _busy++;
        }
        return new Usage(this);
    }

    public (string State, long Resumes, double Seconds) Report()
    {
        lock (_lock)
        {
            Settle();
            var running = _resumed is { } since ? Math.Max(60, (time.GetUtcNow() - since).TotalSeconds) : 0;
            return (_resumed is null ? "SUSPENDED" : "STARTED", _resumes, _paid + running);
        }
    }

    private void Start()
    {
        _lastUsed = time.GetUtcNow();
        if (_resumed is not null)
            return;
        _resumed = _lastUsed;
        _resumes++;
    }

    private void Stop(DateTimeOffset at)
    {
        _paid += Math.Max(60, (at - _resumed!.Value).TotalSeconds);
        _resumed = null;
    }

    private void Settle()
    {
        if (_resumed is null || _busy > 0 || AutoSuspendSeconds == 0)
            return;
        var end = _lastUsed.AddSeconds(AutoSuspendSeconds);
        if (end <= time.GetUtcNow())
            Stop(end);
    }

    private void Release()
    {
        lock (_lock)
        {
            _busy--;
            _lastUsed = time.GetUtcNow();
        }
    }

    private sealed class Usage(WarehouseObject warehouse) : IDisposable
    {
        private int _disposed;

        public void Dispose()
        {
            if (Interlocked.Exchange(ref _disposed, 1) == 0)
                warehouse.Release();
        }
    }
}
