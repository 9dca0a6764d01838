using System.Diagnostics;
using RocksDbSharp;

namespace CustomerTrack.Storage;

/// <summary>
/// The only writer of the store: one thread that takes whatever calls have gathered while the disk was busy and makes
/// them durable with one synced write. Epochs are checked here, so an acquisition and a write can never overtake each other.
/// </summary>
internal sealed partial class StateCommitter : IDisposable
{
    // Bounds the memory of one write, not its rows: a group larger than this is written in several pieces.
    private const long MaxGroupBytes = 16 << 20;

    private readonly RocksDb _database;
    private readonly string _folder;
    private readonly ILogger _logger;
    private readonly EpochTable _epochs;
    private readonly WriteOptions _synced = new WriteOptions().SetSync(true);
    private readonly Lock _gate = new();
    private readonly SemaphoreSlim _wake = new(0);
    private readonly Thread _thread;
    private List<CommitRequest> _queue = [];
    private bool _stopped;

    public StateCommitter(RocksDb database, string folder, ILogger logger)
    {
        _database = database;
        _folder = folder;
        _logger = logger;
        _epochs = new(database);
        _thread = new(Run) { Name = "state committer", IsBackground = true };
        _thread.Start();
    }

    /// <summary>Queues a call; its task ends when the call is durable, refused or failed.</summary>
    public Task<long> Enqueue(CommitRequest request)
    {
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_stopped, typeof(RocksDbStateStore));
            _queue.Add(request);
            if (_queue.Count == 1)
            {
                _wake.Release();
            }
        }

        return request.Done;
    }

    /// <summary>Takes no more calls, finishes those that are queued and ends the thread. Called once.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            _stopped = true;
            _wake.Release();
        }

        _thread.Join();
        _wake.Dispose();
    }

    private void Run()
    {
        var taken = new List<CommitRequest>();
        var group = new List<CommitRequest>();
        while (true)
        {
            _wake.Wait();
            bool last;
            lock (_gate)
            {
                (taken, _queue) = (_queue, taken);
                last = _stopped;
            }

            var bytes = 0L;
            foreach (var request in taken)
            {
                group.Add(request);
                bytes += request.Bytes;
                if (bytes >= MaxGroupBytes)
                {
                    Commit(group);
                    group.Clear();
                    bytes = 0;
                }
            }

            if (group.Count > 0)
            {
                Commit(group);
                group.Clear();
            }

            taken.Clear();
            if (last)
            {
                return;
            }
        }
    }

    private void Commit(List<CommitRequest> group)
    {
        var startedAt = Stopwatch.GetTimestamp();
        var refused = new List<(CommitRequest Request, Exception Reason)>();
        var rows = 0;
        var bytes = 0L;
        try
        {
            using var batch = new WriteBatch();
            foreach (var request in group)
            {
                if (request.Stage(_epochs, batch) is { } reason)
                {
                    refused.Add((request, reason));
                    continue;
                }

                rows += request.Rows;
                bytes += request.Bytes;
            }

            if (bytes > 0)
            {
                _database.Write(batch, _synced);
            }

            _epochs.Keep();
        }
        catch (Exception e)
        {
            // The callers are told, all of them: nobody else could act on it.
            _epochs.Forget();
            LogWriteFailed(_logger, group.Count, _folder, e);
            StateInstruments.WriteFailed(group.Count);
            foreach (var request in group)
            {
                request.Fail(StateFailures.Write(_folder, e));
            }

            return;
        }

        foreach (var (request, reason) in refused)
        {
            StateInstruments.Refused();
            LogRefused(_logger, reason.Message);
            group.Remove(request);
            request.Fail(reason);
        }

        StateInstruments.Written(group.Count, rows, bytes, startedAt);
        foreach (var request in group)
        {
            request.Write = (startedAt, group.Count, rows);
            request.Complete();
        }
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "A write of {Calls} calls to the state in '{Folder}' failed; their callers were told and nothing was stored.")]
    private static partial void LogWriteFailed(ILogger logger, int calls, string folder, Exception exception);

    [LoggerMessage(Level = LogLevel.Warning, Message = "A write was refused. {Reason}")]
    private static partial void LogRefused(ILogger logger, string reason);
}
