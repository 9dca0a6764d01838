using System.Collections.Concurrent;
using System.Globalization;

namespace CustomerTrack.SnowflakeEmulator;

/// <summary>
/// Snowpipe: a queue of files per pipe, loaded in the background, each name once in fourteen days per pipe. A name whose load
/// failed is remembered as well.
/// </summary>
internal sealed class PipeLoader(EmulatedAccount account) : IAsyncDisposable
{
    private static readonly TimeSpan NameMemory = TimeSpan.FromDays(14);
    private const int Workers = 2;

    private readonly CancellationTokenSource _stop = new();
    private readonly ConcurrentDictionary<(long Pipe, string Path), LoadRecord> _known = new();
    private readonly ConcurrentDictionary<long, List<LoadRecord>> _events = new();
    private readonly ConcurrentDictionary<(long Pipe, string Path), bool> _seenEvents = new();
    private readonly List<LoadRecord> _queue = [];
    private readonly Lock _lock = new();
    private readonly SemaphoreSlim _wake = new(0);
    private readonly List<Thread> _threads = [];
    private long _lastId;
    private int _active;

    public void Start()
    {
        Restore();
        for (var i = 0; i < Workers; i++)
            StartThread(Work, $"loader {i}");
        StartThread(WatchBuckets, "bucket events");
    }

    public int Queued
    {
        get
        {
            lock (_lock)
                return _queue.Count + _active;
        }
    }

    public IEnumerable<LoadRecord> Records => _known.Values;

    /// <summary>Queues the files that the pipe does not know; answers how many it knew.</summary>
    public int Announce(PipeObject pipe, IReadOnlyList<(string Path, long Size)> files)
    {
        var stage = account.Catalog.Find(ObjectKind.Stage, pipe.Copy.Stage.Name) ?? throw SqlException.NotFound("Stage", pipe.Copy.Stage.Name.ToString());
        var location = StageFiles.Location(stage) + pipe.Copy.Stage.Path;
        var faults = account.Faults;
        var fresh = new List<LoadRecord>();
        var known = 0;
        foreach (var (path, size) in files)
        {
            if (faults.Happens(faults.Options.LostNotifications, "lostNotifications"))
                continue;
            var twice = faults.Happens(faults.Options.DoubledNotifications, "doubledNotifications") ? 2 : 1;
            for (var i = 0; i < twice; i++)
            {
                if (Remember(pipe, path, size, location) is { } record)
                    fresh.Add(record);
                else
                    known++;
            }
        }
        account.Counters.Add("files.announced", files.Count);
        account.Counters.Add("files.knownAlready", known);
        if (fresh.Count == 0)
            return known;
        using (var duck = account.Store.Open())
            duck.Execute($"INSERT INTO sys_loads (id, pipe, pipe_name, table_name, path, stage, size, received, status) VALUES {string.Join(", ", fresh.Select(record => Row(pipe, record)))}");
        Enqueue(fresh);
        return known;
    }

    /// <summary>Announces what is in the bucket below the pipe's stage, as ALTER PIPE … REFRESH does.</summary>
    public int Refresh(PipeObject pipe, string prefix)
    {
        var stage = account.Catalog.Find(ObjectKind.Stage, pipe.Copy.Stage.Name) ?? throw SqlException.NotFound("Stage", pipe.Copy.Stage.Name.ToString());
        var week = account.Clock.Real.AddDays(-7);
        return Announce(pipe, [.. account.Files.Files(stage, pipe.Copy.Stage.Path + prefix).Where(file => file.Modified >= week).Select(file => (file.Path[pipe.Copy.Stage.Path.Length..], file.Size))]);
    }

    public string PipeStatus(PipeObject pipe)
    {
        int pending;
        lock (_lock)
            pending = _queue.Count(record => record.PipeId == pipe.Id);
        return $"{{\"executionState\":\"{(pipe.Paused ? "PAUSED" : "RUNNING")}\",\"pendingFileCount\":{pending}}}";
    }

    public int Active(PipeObject pipe) => _known.Values.Count(record => record.PipeId == pipe.Id && record.Status is "QUEUED" or "LOAD_IN_PROGRESS");

    /// <summary>Finished loads of the pipe, oldest first; the index is the mark.</summary>
    public List<LoadRecord> Events(PipeObject pipe)
    {
        var events = _events.GetOrAdd(pipe.Id, _ => []);
        lock (events)
            return [.. events];
    }

    public bool IsLoaded(TableObject table, string path)
    {
        using var duck = account.Store.Open();
        return duck.Any($"SELECT 1 FROM sys_loads WHERE table_name = {DuckName.Text(table.Name.ToString())} AND path = {DuckName.Text(path)} AND status = 'LOADED'");
    }

    public string LoggedByHand(TableObject table, string location, string path, long rows)
    {
        var now = Micros(account.Clock.Now);
        return $"INSERT INTO sys_loads VALUES ({Interlocked.Increment(ref _lastId)}, 0, NULL, {DuckName.Text(table.Name.ToString())}, {DuckName.Text(path)}, {DuckName.Text(location)}, 0, {now}, {now}, 'LOADED', {rows}, {rows}, 0, NULL)";
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync().ConfigureAwait(false);
        _wake.Release(Workers);
        foreach (var thread in _threads)
            thread.Join();
        _stop.Dispose();
        _wake.Dispose();
    }

    private void StartThread(Action work, string name)
    {
        var thread = new Thread(() => work()) { IsBackground = true, Name = name };
        _threads.Add(thread);
        thread.Start();
    }

    private LoadRecord? Remember(PipeObject pipe, string path, long size, string location)
    {
        var now = account.Clock.Now;
        var late = account.Faults.Happens(account.Faults.Options.LateLoads, "lateLoads") ? account.Faults.Options.LateSeconds : 0;
        var record = new LoadRecord
        {
            Id = Interlocked.Increment(ref _lastId), PipeId = pipe.Id, Path = path, Size = size, StageLocation = location, Received = now, NotBefore = now.AddSeconds(late),
        };
        var held = _known.AddOrUpdate((pipe.Id, path), record, (_, old) => old.Received + NameMemory < now ? record : old);
        return ReferenceEquals(held, record) ? record : null;
    }

    private void Enqueue(IReadOnlyCollection<LoadRecord> records)
    {
        lock (_lock)
            _queue.AddRange(records);
        _wake.Release(records.Count);
    }

    private LoadRecord? Next()
    {
        lock (_lock)
        {
            var now = account.Clock.Now;
            var ready = _queue.Where(record => record.NotBefore <= now && !IsPaused(record)).ToList();
            if (ready.Count == 0)
                return null;
            var next = ready[account.Faults.Options.ShuffleLoads ? account.Faults.Between(0, ready.Count - 1) : 0];
            _queue.Remove(next);
            _active++;
            return next;
        }
    }

    private bool IsPaused(LoadRecord record) => account.Catalog.ById(record.PipeId) is PipeObject { Paused: true };

    private void Work()
    {
        while (!_stop.IsCancellationRequested)
        {
            if (Next() is not { } record)
            {
                // A file that is held back becomes ready without anybody telling.
                _wake.Wait(TimeSpan.FromMilliseconds(50));
                continue;
            }
            try
            {
                Load(record);
            }
            finally
            {
                lock (_lock)
                    _active--;
            }
        }
    }

    private void Load(LoadRecord record)
    {
        if (account.Catalog.ById(record.PipeId) is not PipeObject pipe || pipe.Owner is null)
        {
            account.Counters.Add("files.pipeGone");
            return;
        }
        record.Status = "LOAD_IN_PROGRESS";
        var faults = account.Faults;
        LoadOutcome outcome;
        if (!record.Again && faults.Happens(faults.Options.FailedLoads, "failedLoads"))
            outcome = new LoadOutcome(0, "Failed to access remote file: access denied. Please check your credentials (emulated, transient)");
        else
            outcome = Run(pipe, record, faults.Happens(faults.Options.SplitLoads, "splitLoads") ? faults.Between(2, 4) : 1);
        Finish(pipe, record, outcome);
        if (outcome.Error is null && !record.Again && faults.Happens(faults.Options.LoadedTwice, "loadedTwice"))
            Enqueue([new LoadRecord { Id = Interlocked.Increment(ref _lastId), PipeId = pipe.Id, Path = record.Path, StageLocation = record.StageLocation, Received = account.Clock.Now, Again = true }]);
    }

    private LoadOutcome Run(PipeObject pipe, LoadRecord record, int parts)
    {
        using var session = account.OpenAs(pipe.Owner!);
        var context = session.Context with { Database = pipe.Name.Parts[0], Schema = pipe.Name.Parts[1] };
        try
        {
            var table = context.Resolve<TableObject>(ObjectKind.Table, pipe.Copy.Table, "INSERT");
            return account.Files.Load(session, context, table, pipe.Copy, pipe.Copy.Stage.Path + record.Path, parts, rows => record.Again ? "SELECT 1" : Finished(record, "LOADED", rows, null));
        }
        catch (SqlException exception)
        {
            return new LoadOutcome(0, exception.Message);
        }
        catch (Exception exception)
        {
            return new LoadOutcome(0, account.Broken(exception).Message);
        }
    }

    private void Finish(PipeObject pipe, LoadRecord record, LoadOutcome outcome)
    {
        record.Loaded = account.Clock.Now;
        record.Rows = outcome.Rows;
        record.Error = outcome.Error;
        if (outcome.Error is not null && !record.Again)
        {
            using var duck = account.Store.Open();
            duck.Execute(Finished(record, "LOAD_FAILED", 0, outcome.Error));
        }
        record.Status = outcome.Error is null ? "LOADED" : "LOAD_FAILED";
        account.Counters.Add(outcome.Error is null ? record.Again ? "files.loadedAgain" : "files.loaded" : "files.failed");
        account.Counters.Add("rows.loaded", outcome.Rows);
        if (record.Again)
            return;
        var events = _events.GetOrAdd(pipe.Id, _ => []);
        lock (events)
            events.Add(record);
    }

    private string Finished(LoadRecord record, string status, long rows, string? error) =>
        $"UPDATE sys_loads SET status = '{status}', loaded = {Micros(account.Clock.Now)}, parsed = {rows}, inserted = {rows}, errors = {(error is null ? 0 : 1)}, "
        + $"first_error = {(error is null ? "NULL" : DuckName.Text(error))} WHERE id = {record.Id}";

    private static string Row(PipeObject pipe, LoadRecord record) =>
        $"({record.Id}, {pipe.Id}, {DuckName.Text(pipe.Name.ToString())}, {DuckName.Text(pipe.Copy.Table.ToString())}, {DuckName.Text(record.Path)}, {DuckName.Text(record.StageLocation)}, {record.Size}, {Micros(record.Received)}, 'QUEUED')";

    private static string Micros(DateTimeOffset time) => $"make_timestamptz({(time - DateTimeOffset.UnixEpoch).Ticks / 10})";

    /// <summary>What was announced is remembered over a restart, and what was not loaded is loaded now.</summary>
    private void Restore()
    {
        using var duck = account.Store.Open();
        var waiting = new List<LoadRecord>();
        foreach (var row in duck.Rows("SELECT id, pipe, path, stage, size, epoch_us(received), epoch_us(loaded), status, inserted, first_error FROM sys_loads WHERE pipe > 0 ORDER BY id"))
        {
            var record = new LoadRecord
            {
                Id = Whole(row[0]), PipeId = Whole(row[1]), Path = row[2]!, StageLocation = row[3]!, Size = Whole(row[4]), Received = Time(row[5]),
                Loaded = row[6] is null ? null : Time(row[6]), Status = row[7]!, Rows = Whole(row[8]), Error = row[9],
            };
            _known[(record.PipeId, record.Path)] = record;
            if (record.Status == "QUEUED")
                waiting.Add(record);
            else
                _events.GetOrAdd(record.PipeId, _ => []).Add(record);
        }
        _lastId = duck.Number("SELECT max(id) FROM sys_loads");
        if (waiting.Count > 0)
            Enqueue(waiting);
    }

    private static long Whole(string? text) => text is null ? 0 : long.Parse(text, CultureInfo.InvariantCulture);

    private static DateTimeOffset Time(string? micros) => DateTimeOffset.UnixEpoch.AddMicroseconds(Whole(micros));

    /// <summary>Plays the events of the buckets: every object is told once to every pipe with AUTO_INGEST whose stage it is below.</summary>
    private void WatchBuckets()
    {
        while (!_stop.Token.WaitHandle.WaitOne(account.Options.EventInterval))
        {
            foreach (var pipe in account.Catalog.Of<PipeObject>().Where(pipe => pipe.AutoIngest))
            {
                try
                {
                    Watch(pipe);
                }
                catch (SqlException exception)
                {
                    account.Counters.Add($"bucketEvents.failed.{exception.Code}");
                }
            }
        }
    }

    private void Watch(PipeObject pipe)
    {
        var stage = account.Catalog.Find(ObjectKind.Stage, pipe.Copy.Stage.Name) ?? throw SqlException.NotFound("Stage", pipe.Copy.Stage.Name.ToString());
        var fresh = account.Files.Files(stage, pipe.Copy.Stage.Path)
            .Where(file => file.Modified >= pipe.Created.AddSeconds(-1) && _seenEvents.TryAdd((pipe.Id, file.Path), true))
            .Select(file => (file.Path[pipe.Copy.Stage.Path.Length..], file.Size))
            .ToList();
        if (fresh.Count > 0)
            Announce(pipe, fresh);
    }
}
