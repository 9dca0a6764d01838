namespace CustomerTrack.Ingest;

/// <summary>Tasks that run beside the one that started them and must be over before the stage stops.</summary>
internal sealed class RunningTasks
{
    private readonly Lock _lock = new();
    private readonly HashSet<Task> _tasks = [];

    /// <summary>The first exception of a task; such a task has a defect, for expected failures are handled inside.</summary>
    public Exception? Fault { get; private set; }

    public void Add(Task task)
    {
        lock (_lock)
        {
            _tasks.Add(task);
        }

        _ = task.ContinueWith(Over, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
    }

    /// <summary>Completes when none is left, those that are added meanwhile included.</summary>
    public async Task WhenAllAsync()
    {
        while (true)
        {
            Task[] tasks;
            lock (_lock)
            {
                tasks = [.. _tasks];
            }

            if (tasks.Length == 0)
            {
                return;
            }

            await Task.WhenAll(tasks).ContinueWith(static _ => { }, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
            lock (_lock)
            {
                _tasks.RemoveWhere(task => task.IsCompleted);
            }
        }
    }

    private void Over(Task task)
    {
        lock (_lock)
        {
            _tasks.Remove(task);
            Fault ??= task.Exception?.GetBaseException();
        }
    }
}
