using System.Globalization;
using CustomerTrack.Dimensions;
using CustomerTrack.Lake;
using CustomerTrack.Load;
using Microsoft.Extensions.Logging;

namespace CustomerTrack.Snowflake;

/// <summary>
/// Delivers one dimension's objects. All it needs to know is in the lake (what was written) and in Snowflake (what is in the
/// tables), so a restart, on whatever machine, compares the two and goes on. Every step is safe to repeat. Not thread-safe,
/// but its status may be read at any time.
/// </summary>
internal sealed partial class DimensionDelivery
{
    /// <summary>What one process keeps in memory of a backlog; more is listed again when there is room.</summary>
    public const int Capacity = 100_000;

    private const int MostRedeliveries = 500;
    private const int AnnouncedAtOnce = 5_000;

    // A writer's clock may be behind, and an upload may take long: nothing of the last day is taken for done unseen.
    private const int DaysBack = 1;

    // Snowflake answers 429 to those who scan much and often.
    private static readonly TimeSpan ScanPause = TimeSpan.FromMinutes(8);
    private static readonly TimeSpan LongestScan = TimeSpan.FromDays(1);

    private readonly DimensionDefinition _dimension;
    private readonly IStagedLake _lake;
    private readonly ISnowpipe? _snowpipe;
    private readonly SnowflakeOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly DeliveryManifest _manifest;
    private readonly MergeLedger _ledger;
    private readonly string _pipe;
    private readonly string _folder;
    private readonly string _task;
    private readonly string _note;
    private readonly Backoff _backoff;
    private DateOnly? _since;
    private bool _compared;
    private bool _overflowed;
    private string? _mark;
    private DateTimeOffset? _scannedAt;
    private DateTimeOffset? _confirmedAt;
    private DateTime? _newestMerge;
    private IReadOnlyList<ShardProgress> _shards = [];
    private DateTimeOffset _nextAnnouncement;
    private DateTimeOffset _nextQuestion;
    private string? _failure;

    public DimensionDelivery(
        DimensionDefinition dimension, IStagedLake lake, ISnowflakeSql sql, ISnowpipe? snowpipe, SnowflakeOptions options, TimeProvider time, ILogger logger)
    {
        var names = new SnowflakeNames(options);
        _dimension = dimension;
        _lake = lake;
        _snowpipe = snowpipe;
        _options = options;
        _time = time;
        _logger = logger;
        _manifest = new(options.RedeliverAfter, options.Notification, Capacity);
        _ledger = new(sql, names, dimension, lake.Prefix);
        _pipe = SnowflakeNames.InCatalog(names.Pipe(dimension));
        _task = names.MergeTask(dimension);
        _folder = $"dimension={dimension.Name}/";
        _note = $"_delivery/{dimension.Name}.json";
        _backoff = new(time);
        Status = Describe();
    }

    /// <summary>How far it is; replaced as a whole.</summary>
    public DeliveryStatus Status { get; private set; }

    /// <summary>How long until something is to be done; null when there is nothing.</summary>
    public TimeSpan? DueIn
    {
        get
        {
            if (_backoff.Remaining is var rest && rest > TimeSpan.Zero)
            {
                return rest;
            }

            if (!_compared || HasRoom)
            {
                return TimeSpan.Zero;
            }

            var step = _manifest.NextDue is { } due ? Later(due, _nextAnnouncement) : (DateTimeOffset?)null;
            var next = !IsWaiting ? step : step < _nextQuestion ? step : _nextQuestion;
            return next - _time.GetUtcNow() is { } wait ? wait > TimeSpan.Zero ? wait : TimeSpan.Zero : null;
        }
    }

    // An idle pipeline asks nothing, which costs nothing.
    private bool IsWaiting => _manifest.Count > 0 || _confirmedAt is null;

    private bool HasRoom => _overflowed && _manifest.Count <= Capacity / 2;

    /// <summary>A new object is durable in the lake.</summary>
    public void Add(LakeObject written) => _overflowed |= !Keep(written);

    /// <summary>Does what is due. Failures are remembered and tried again; nothing is thrown but cancellation.</summary>
    public async Task StepAsync(CancellationToken cancellationToken)
    {
        if (_backoff.Remaining == TimeSpan.Zero)
        {
            try
            {
                await CompareAsync(cancellationToken);
                if (_time.GetUtcNow() >= _nextAnnouncement)
                {
                    await AnnounceAsync(cancellationToken);
                    _nextAnnouncement = _time.GetUtcNow() + _options.NotifyInterval;
                }

                if (IsWaiting && _time.GetUtcNow() >= _nextQuestion)
                {
                    await ConfirmAsync(cancellationToken);
                    _nextQuestion = _time.GetUtcNow() + _options.ConfirmInterval;
                }

                await RedeliverAsync(cancellationToken);
                Succeeded();
            }
            catch (Exception failure) when (failure is SnowflakeException or LakeException or InvalidDataException)
            {
                Failed(failure);
            }
        }

        Status = Describe();
    }

    /// <summary>Finds what the lake has and the tables lack: at the start, and when the backlog was larger than memory.</summary>
    private async Task CompareAsync(CancellationToken cancellationToken)
    {
        if (_compared && !HasRoom)
        {
            return;
        }

        _since ??= await _lake.ReadNoteAsync(_note, cancellationToken) is { } note ? DaysBefore(DeliveryCheckpoint.Read(note).CompleteThrough) : DateOnly.MinValue;
        var merged = (await _ledger.ReadSinceAsync(_since.Value, cancellationToken)).ToDictionary(load => load.Name, load => load.Rows, StringComparer.Ordinal);
        var start = _since == DateOnly.MinValue ? null : string.Create(CultureInfo.InvariantCulture, $"{_folder}date={_since:yyyy-MM-dd}");
        var done = new HashSet<string>(StringComparer.Ordinal);
        _overflowed = false;
        await foreach (var found in _lake.ListAsync(_dimension, start, cancellationToken))
        {
            var stem = DeliveryName.Parse(found.Name).Stem;
            if (merged.TryGetValue(found.Name, out var rows) && rows >= found.Rows)
            {
                // An object's names follow each other: any of them that is in the tables settles all.
                done.Add(stem);
                Settle(found.Name, rows);
            }
            else if (!done.Contains(stem) && !Keep(found))
            {
                _overflowed = true;
                break;
            }
        }

        _compared = true;
        LogCompared(_dimension.Name, merged.Count, _manifest.Count);
    }

    /// <summary>Tells the pipe what is due.</summary>
    public async Task AnnounceAsync(CancellationToken cancellationToken)
    {
        if (_snowpipe is null || !_compared)
        {
            return;
        }

        while (_manifest.Due(DeliveryStep.Announce, _time.GetUtcNow(), AnnouncedAtOnce) is { Count: > 0 } due)
        {
            await _snowpipe.InsertFilesAsync(_pipe, [.. due.Select(delivery => new StagedFile(delivery.Newest.Name[_folder.Length..], delivery.Newest.Bytes))], cancellationToken);
            var now = _time.GetUtcNow();
            foreach (var delivery in due)
            {
                _manifest.Announced(delivery, now);
            }

            DeliveryInstruments.Announced.Add(due.Count);
            LogAnnounced(due.Count, _dimension.Name);
        }
    }

    /// <summary>Asks what was loaded and what was merged.</summary>
    private async Task ConfirmAsync(CancellationToken cancellationToken)
    {
        if (_snowpipe is not null && _manifest.Count > _manifest.Loaded)
        {
            var report = await _snowpipe.GetInsertReportAsync(_pipe, _mark, cancellationToken);
            _mark = report.NextBeginMark;
            Report(report.Files);
        }

        var before = _confirmedAt;
        var now = _time.GetUtcNow();
        var newest = _newestMerge;
        foreach (var load in await _ledger.ReadNewAsync(cancellationToken))
        {
            newest = newest > load.MergedAt ? newest : load.MergedAt;
            Settle(load.Name, load.Rows);
        }

        if (newest > _newestMerge && before is { } since)
        {
            _manifest.MergesSeen(since, now);
        }

        if (newest != _newestMerge || _shards.Count == 0)
        {
            _shards = await _ledger.ReadProgressAsync(cancellationToken);
        }

        _newestMerge = newest;
        _confirmedAt = now;
        await NoteAsync(cancellationToken);
    }

    /// <summary>Writes again, under new names, what Snowflake did not load.</summary>
    private async Task RedeliverAsync(CancellationToken cancellationToken)
    {
        var due = _manifest.Due(DeliveryStep.Redeliver, _time.GetUtcNow(), MostRedeliveries);
        if (due.Any(delivery => delivery.Error is null) && await ScanAsync(due, cancellationToken))
        {
            due = _manifest.Due(DeliveryStep.Redeliver, _time.GetUtcNow(), MostRedeliveries);
        }

        foreach (var delivery in due)
        {
            var why = delivery.Error ?? "It did not show up.";
            var copy = await _lake.RedeliverAsync(delivery.Original, delivery.Attempt + 1, cancellationToken);
            _manifest.Rewritten(delivery, copy, _time.GetUtcNow());
            DeliveryInstruments.Redelivered.Add(1);
            LogRedelivered(delivery.Original.Name, copy.Name, why);
        }
    }

    private static DateOnly DaysBefore(DateOnly day) => day > DateOnly.MinValue.AddDays(DaysBack) ? day.AddDays(-DaysBack) : DateOnly.MinValue;

    private static DateTimeOffset Later(DateTimeOffset left, DateTimeOffset right) => left > right ? left : right;

    private void Succeeded()
    {
        if (_failure is not null)
        {
            LogRecovered(_dimension.Name);
        }

        _failure = null;
        _backoff.Succeeded();
    }

    private void Failed(Exception failure)
    {
        // An outage is told once, not at every try.
        if (_failure is null)
        {
            LogAway(failure, _dimension.Name);
        }

        _failure = failure.Message;
        _backoff.Failed();
        DeliveryInstruments.Failures.Add(1);
    }

    private bool Keep(LakeObject found)
    {
        var before = _manifest.Count;
        var kept = _manifest.Add(found, _time.GetUtcNow());
        DeliveryInstruments.Backlog.Add(_manifest.Count - before);
        return kept;
    }

    private void Settle(string name, long rows)
    {
        if (_manifest.Merged(name, rows) is not { } delivery)
        {
            return;
        }

        DeliveryInstruments.Backlog.Add(-1);
        DeliveryInstruments.MergedRows.Add(delivery.Original.Rows);
        DeliveryInstruments.Latency.Record((_time.GetUtcNow() - delivery.WrittenAt).TotalSeconds);
    }

    private void Report(IReadOnlyList<FileLoad> loads)
    {
        var now = _time.GetUtcNow();
        foreach (var load in loads)
        {
            _manifest.Reported(_folder + load.Path, load, now);
        }
    }

    /// <summary>Looks objects up that reports said nothing of: reports last ten minutes, the history two weeks.</summary>
    private async Task<bool> ScanAsync(IReadOnlyList<Delivery> due, CancellationToken cancellationToken)
    {
        var now = _time.GetUtcNow();
        if (_snowpipe is null || now - _scannedAt < ScanPause)
        {
            return false;
        }

        var oldest = due.Min(delivery => delivery.WrittenAt);
        Report(await _snowpipe.ScanLoadHistoryAsync(_pipe, oldest > now - LongestScan ? oldest : now - LongestScan, now, cancellationToken));
        _scannedAt = now;
        return true;
    }

    private async Task NoteAsync(CancellationToken cancellationToken)
    {
        if (_overflowed)
        {
            return;
        }

        var through = DateOnly.FromDateTime((_manifest.Oldest ?? _time.GetUtcNow()).UtcDateTime);
        if (through > _since!.Value.AddDays(DaysBack))
        {
            await _lake.WriteNoteAsync(_note, new DeliveryCheckpoint(through).Write(), cancellationToken);
            _since = DaysBefore(through);
        }
    }

    // Nobody is told of a task that is suspended or fails, so its absence has to be said here.
    private string? Unmerged() => _time.GetUtcNow() - _manifest.LoadedSince is { } wait && wait > _options.RedeliverAfter
        ? string.Create(CultureInfo.InvariantCulture, $"{_manifest.Loaded} objects are loaded, but no merge took them for {wait:hh\\:mm\\:ss}: look at the history of {_task}; it is suspended, fails, or has no warehouse.")
        : null;

    private DeliveryStatus Describe()
    {
        var waiting = _manifest.Count > 0 || _overflowed;
        return new()
        {
            Dimension = _dimension.Name,
            State = _failure is not null ? DeliveryState.Away : !_compared ? DeliveryState.Starting : waiting ? DeliveryState.Delivering : DeliveryState.UpToDate,
            WaitingObjects = _manifest.Count,
            WaitingRows = _manifest.Rows,
            WaitingBytes = _manifest.Bytes,
            IsBacklogListed = _compared && !_overflowed,
            LoadedObjects = _manifest.Loaded,
            RedeliveredObjects = _manifest.Redelivered,
            CompleteThrough = !_compared || _overflowed ? null : _manifest.Oldest ?? _confirmedAt,
            NewestRecordedAt = _shards.Count == 0 ? null : _shards.Max(shard => shard.RecordedAt),
            Shards = _shards,
            LastError = _failure ?? _manifest.Error ?? Unmerged(),
        };
    }

    [LoggerMessage(LogLevel.Warning, "Nothing of {Dimension} is delivered to Snowflake at the moment; the backlog waits in the lake.")]
    private partial void LogAway(Exception failure, string dimension);

    [LoggerMessage(LogLevel.Information, "Deliveries of {Dimension} to Snowflake go on.")]
    private partial void LogRecovered(string dimension);

    [LoggerMessage(LogLevel.Information, "Snowflake's tables of {Dimension} have {Merged} of the objects compared; {Waiting} are delivered now.")]
    private partial void LogCompared(string dimension, int merged, int waiting);

    [LoggerMessage(LogLevel.Debug, "Announced {Objects} objects of {Dimension} to Snowpipe.")]
    private partial void LogAnnounced(int objects, string dimension);

    [LoggerMessage(LogLevel.Warning, "Snowflake did not load {Object}, so it was written again as {Copy}: {Why}")]
    private partial void LogRedelivered(string @object, string copy, string why);
}
