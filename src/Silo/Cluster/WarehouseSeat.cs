namespace CustomerTrack.Cluster;

/// <summary>Who writes the warehouse, as this silo saw it last, and a bell for whoever has reason to think that this has changed.</summary>
internal sealed class WarehouseSeat
{
    /// <summary>The seat's name on the board.</summary>
    public const string Name = "warehouse";

    private readonly Lock _lock = new();
    private TaskCompletionSource _changed = New();
    private TaskCompletionSource _bell = New();
    private string? _holder;
    private volatile string? _failure;

    /// <summary>The holder's name; null while nobody is known to have it.</summary>
    public string? Holder
    {
        get
        {
            lock (_lock)
            {
                return _holder;
            }
        }
    }

    /// <summary>Why the seat could not be looked at last; null when it could. The holder is the one seen before.</summary>
    public string? Failure
    {
        get => _failure;
        set => _failure = value;
    }

    /// <summary>Completes when the holder is another one than <paramref name="than"/>.</summary>
    public Task ChangedAsync(string? than)
    {
        lock (_lock)
        {
            return _holder == than ? _changed.Task : Task.CompletedTask;
        }
    }

    public void Set(string? holder)
    {
        TaskCompletionSource changed;
        lock (_lock)
        {
            if (_holder == holder)
            {
                return;
            }

            _holder = holder;
            changed = _changed;
            _changed = New();
        }

        changed.SetResult();
    }

    /// <summary>Has the seat looked at soon.</summary>
    public void Ring()
    {
        lock (_lock)
        {
            _bell.TrySetResult();
        }
    }

    /// <summary>Completes when somebody has rung since the last time this was called.</summary>
    public Task RungAsync()
    {
        lock (_lock)
        {
            if (_bell.Task.IsCompleted)
            {
                _bell = New();
                return Task.CompletedTask;
            }

            return _bell.Task;
        }
    }

    private static TaskCompletionSource New() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
