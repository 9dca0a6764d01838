using System.Globalization;
using CustomerTrack.Dimensions;
using CustomerTrack.Lake;
using CustomerTrack.Load;
using CustomerTrack.Merge;
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

    /// <summary>An object's name says when its upload began; it is known here when that ended.</summary>
    public static readonly TimeSpan UploadTime = TimeSpan.FromMinutes(1);

    private const int MostRedeliveries = 500;
    private const int AnnouncedAtOnce = 5_000;

    // Snowflake answers 429 to those who scan much and often.
    private static readonly TimeSpan ScanPause = TimeSpan.FromMinutes(8);
    private static readonly TimeSpan LongestScan = TimeSpan.FromDays(1);

    private readonly DimensionDefinition _dimension;
    private readonly IStagedLake _lake;
    private readonly ISnowflakeSql _sql;
    private readonly ISnowpipe? _snowpipe;
    private readonly SnowflakeOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly DeliveryManifest _manifest;
    private readonly MergeLedger _ledger;
    private readonly LakeComparison _comparison;
    private readonly SnowflakeCatalog _catalog;
    private readonly QuestionPace _questions;
    private readonly Backoff _backoff;
    private readonly string _deltas;
    private readonly string _pipe;
    private readonly string _folder;
    private readonly string _task;
    private bool _compared;
    private bool _columnsChecked;
    private bool _listed;
    private bool _overflowed;
    private string? _mark;
    private string? _witness;
    private DateTimeOffset? _scannedAt;
    private DateTimeOffset? _confirmedAt;
    private DateTimeOffset? _kickedAt;
    private DateTime? _newestMerge;
    private IReadOnlyList<ShardProgress> _shards = [];
    private DateTimeOffset _nextAnnouncement;
    private DateTimeOffset _nextReport;
    private string? _failure;

    public DimensionDelivery(
        DimensionDefinition dimension, IStagedLake lake, ISnowflakeSql sql, ISnowpipe? snowpipe, SnowflakeOptions options, TimeProvider time, ILogger logger)
    {
        var names = new SnowflakeNames(options);
        _dimension = dimension;
        _lake = lake;
        _sql = sql;
        _snowpipe = snowpipe;
        _options = options;
        _time = time;
        _logger = logger;
        _manifest = new(options.RedeliverAfter, options.Notification, Capacity);
        _ledger = new(sql, names, dimension, lake.Prefix);
        _comparison = new(dimension, lake, _ledger, time, logger);
        _catalog = new(sql);
        _questions = new(options.ConfirmInterval, options.RedeliverAfter);
        _backoff = new(time);
        _deltas = names.Deltas(dimension);
        _pipe = SnowflakeNames.InCatalog(names.Pipe(dimension));
        _folder = $"dimension={dimension.Name}/";
        _task = names.MergeTask(dimension);
        Status = Describe(_time.GetUtcNow());
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

            if (NeedsComparison)
            {
                return TimeSpan.Zero;
            }

            DateTimeOffset?[] due =
            [
                _manifest.NextDue is { } step ? Later(step, _nextAnnouncement) : null,
                IsReportWorth ? _nextReport : null,
                IsQuestionWorth ? _questions.Next : null,
                _manifest.Count > 0 ? TomorrowOf(_comparison.ComparedOn) : null,
            ];
            return due.Min() - _time.GetUtcNow() is { } wait ? wait > TimeSpan.Zero ? wait : TimeSpan.Zero : null;
        }
    }

    private bool NeedsComparison =>
        !_compared || (_overflowed && _manifest.Count <= Capacity / 2) || (_manifest.Count > 0 && TomorrowOf(_comparison.ComparedOn) <= _time.GetUtcNow());

    // Reports cost nothing: they ask Snowpipe, not a warehouse.
    private bool IsReportWorth => _snowpipe is not null && _manifest.Count > _manifest.Loaded;

    // Merges are asked about only when there is something they may have taken. An idle pipeline asks nothing, which costs nothing.
    private bool IsQuestionWorth => _confirmedAt is null || (_snowpipe is null ? _manifest.Count > 0 : _manifest.Loaded > 0);

    /// <summary>A new object is durable in the lake.</summary>
    public void Add(LakeObject written)
    {
        var now = _time.GetUtcNow();
        if (_manifest.Count == 0)
        {
            _nextReport = now + _options.ConfirmInterval;
        }

        _overflowed |= !Keep(written);
        if (_snowpipe is null)
        {
            _questions.Hurry(now);
        }
    }

    /// <summary>Does what is due. Failures are remembered and tried again; nothing is thrown but cancellation.</summary>
    /// <param name="takenAt">Everything that was written until then was added before.</param>
    public async Task StepAsync(DateTimeOffset takenAt, CancellationToken cancellationToken)
    {
        if (_backoff.Remaining == TimeSpan.Zero)
        {
            try
            {
                await RunAsync(cancellationToken);
                Succeeded();
            }
            catch (Exception failure) when (failure is not OperationCanceledException || !cancellationToken.IsCancellationRequested)
            {
                // Whatever it is: it must not end the deliveries without a word.
                Failed(failure);
            }
        }

        Status = Describe(takenAt);
    }

    /// <summary>Tells the pipe what is due.</summary>
    public async Task AnnounceAsync(CancellationToken cancellationToken)
    {
        if (_snowpipe is null || !_listed)
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

    private static DateTimeOffset Later(DateTimeOffset left, DateTimeOffset right) => left > right ? left : right;

    private static DateTimeOffset? TomorrowOf(DateOnly? day) => day is { } known ? new(known.AddDays(1), TimeOnly.MinValue, TimeSpan.Zero) : null;

    private async Task RunAsync(CancellationToken cancellationToken)
    {
        SnowflakeException? unasked = null;
        if (NeedsComparison)
        {
            try
            {
                await CompareAsync(cancellationToken);
            }
            catch (SnowflakeException away) when (_snowpipe is not null)
            {
                // Snowpipe needs no warehouse: what can be announced is announced.
                unasked = away;
            }
        }

        if (unasked is not null && _columnsChecked && !_listed)
        {
            await foreach (var found in _comparison.ListLastAsync(cancellationToken))
            {
                _overflowed |= !Keep(found);
            }

            _listed = true;
        }

        if (_time.GetUtcNow() >= _nextAnnouncement)
        {
            await AnnounceAsync(cancellationToken);
            _nextAnnouncement = _time.GetUtcNow() + _options.NotifyInterval;
        }

        if (unasked is not null)
        {
            throw unasked;
        }

        if (IsReportWorth && _time.GetUtcNow() >= _nextReport)
        {
            await ReportAsync(cancellationToken);
            _nextReport = _time.GetUtcNow() + _options.ConfirmInterval;
        }

        if (IsQuestionWorth && _time.GetUtcNow() >= _questions.Next)
        {
            await ConfirmAsync(cancellationToken);
        }

        await RedeliverAsync(cancellationToken);
    }

    private async Task CompareAsync(CancellationToken cancellationToken)
    {
        if (!_compared)
        {
            await CheckColumnsAsync(cancellationToken);
        }

        _overflowed = !await _comparison.RunAsync(Keep, Settle, cancellationToken);
        _compared = true;
        _listed = true;
        await _comparison.NoteAsync(_manifest.Oldest, _witness, cancellationToken);
    }

    /// <summary>Looks whether Snowpipe would load every column: one that its table lacks is left out without a word.</summary>
    private async Task CheckColumnsAsync(CancellationToken cancellationToken)
    {
        var existing = await _catalog.ColumnsAsync(_deltas, cancellationToken);
        var missing = TableColumns.History(_dimension).Select(column => column.Name)
            .Where(name => !existing.ContainsKey(SnowflakeCatalog.Own(SqlName.Quote(name)))).ToList();
        if (missing.Count > 0)
        {
            throw new SnowflakeException(existing.Count == 0
                ? $"{_deltas} is not there, or this user's role may not see it. Run 'customertrack snowflake apply', then grant the deliver role to the user; deliveries go on by themselves."
                : $"{_deltas} lacks {string.Join(", ", missing)}, which the definition has. Run 'customertrack snowflake apply'; deliveries go on by themselves.");
        }

        _columnsChecked = true;
    }

    /// <summary>Asks Snowpipe what became of the files.</summary>
    private async Task ReportAsync(CancellationToken cancellationToken)
    {
        var report = await _snowpipe!.GetInsertReportAsync(_pipe, _mark, cancellationToken);
        _mark = report.NextBeginMark;
        Reported(report.Files);
    }

    /// <summary>Asks the tables what was merged.</summary>
    private async Task ConfirmAsync(CancellationToken cancellationToken)
    {
        var now = _time.GetUtcNow();
        var open = _manifest.Count;
        var newest = _newestMerge;
        foreach (var load in await _ledger.ReadNewAsync(_comparison.Since ?? DateOnly.MinValue, cancellationToken))
        {
            newest = newest > load.MergedAt ? newest : load.MergedAt;
            Settle(load);
        }

        if (newest is { } taken && newest != _newestMerge)
        {
            _manifest.MergeSeen(new(taken), now);
        }

        if (newest != _newestMerge || _shards.Count == 0)
        {
            _shards = await _ledger.ReadProgressAsync(cancellationToken);
        }

        _newestMerge = newest;
        _confirmedAt = now;
        _questions.Asked(_time.GetUtcNow(), changed: _manifest.Count < open);
        await WakeMergeAsync(cancellationToken);
    }

    /// <summary>Starts a merge by hand when none came: a triggered task whose run failed may wait for new data.</summary>
    private async Task WakeMergeAsync(CancellationToken cancellationToken)
    {
        var now = _time.GetUtcNow();
        if (!(now - _manifest.LoadedSince > _options.RedeliverAfter) || now - _kickedAt < _options.RedeliverAfter)
        {
            return;
        }

        _kickedAt = now;
        try
        {
            await _sql.QueryAsync($"EXECUTE TASK {_task}", [], cancellationToken);
        }
        catch (SnowflakeException refused)
        {
            LogNotWoken(_task, refused.Message);
        }
    }

    /// <summary>Writes again, under new names, what Snowflake did not load.</summary>
    private async Task RedeliverAsync(CancellationToken cancellationToken)
    {
        var due = _manifest.Due(DeliveryStep.Redeliver, _time.GetUtcNow(), MostRedeliveries);
        var silent = due.Where(delivery => delivery.Error is null).ToList();
        if (silent.Count > 0)
        {
            // Nobody said that these failed. They may be loaded and wait for a merge: then another copy would only make it longer.
            await ScanAsync(silent, cancellationToken);
            await CountAsync(silent, cancellationToken);
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

    /// <summary>Looks objects up that reports said nothing of: reports last ten minutes, the history two weeks.</summary>
    private async Task ScanAsync(List<Delivery> silent, CancellationToken cancellationToken)
    {
        var now = _time.GetUtcNow();
        if (_snowpipe is null || now - _scannedAt < ScanPause)
        {
            return;
        }

        _scannedAt = now;
        var oldest = silent.Min(delivery => delivery.WrittenAt);
        try
        {
            Reported(await _snowpipe.ScanLoadHistoryAsync(_pipe, Later(oldest, now - LongestScan), now, cancellationToken));
        }
        catch (SnowflakeException refused)
        {
            // The table itself is asked next.
            LogNotScanned(_dimension.Name, refused.Message);
        }
    }

    /// <summary>Asks the table that Snowpipe fills.</summary>
    private async Task CountAsync(List<Delivery> silent, CancellationToken cancellationToken)
    {
        var loaded = await _ledger.CountLoadedAsync(silent.Select(delivery => delivery.Newest.Name), cancellationToken);
        var now = _time.GetUtcNow();
        foreach (var delivery in silent.Where(delivery => loaded.GetValueOrDefault(delivery.Newest.Name) >= delivery.Original.Rows))
        {
            _manifest.Arrived(delivery, now);
            _questions.Hurry(now);
        }
    }

    private void Reported(IReadOnlyList<FileLoad> loads)
    {
        var now = _time.GetUtcNow();
        var loaded = _manifest.Loaded;
        foreach (var load in loads)
        {
            _manifest.Reported(_folder + load.Path, load, now);
        }

        if (_manifest.Loaded > loaded)
        {
            _questions.Hurry(now);
        }
    }

    private bool Keep(LakeObject found)
    {
        var before = _manifest.Count;
        var kept = _manifest.Add(found, _time.GetUtcNow());
        DeliveryInstruments.Backlog.Add(_manifest.Count - before);
        return kept;
    }

    private void Settle(MergedObject load)
    {
        _witness = load.Name;
        if (_manifest.Merged(load.Name, load.Rows) is not { } delivery)
        {
            return;
        }

        DeliveryInstruments.Backlog.Add(-1);
        DeliveryInstruments.MergedRows.Add(delivery.Original.Rows);
        DeliveryInstruments.Latency.Record((_time.GetUtcNow() - delivery.WrittenAt).TotalSeconds);
    }

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

    // Nobody is told of a task that is suspended or fails, so its absence has to be said here.
    private string? Unmerged() => _time.GetUtcNow() - _manifest.LoadedSince is { } wait && wait > _options.RedeliverAfter
        ? string.Create(CultureInfo.InvariantCulture, $"{_manifest.Loaded} objects are loaded, but no merge took them for {wait:hh\\:mm\\:ss}: look at the history of {_task}; it is suspended, fails, or has no warehouse.")
        : null;

    private DeliveryStatus Describe(DateTimeOffset takenAt)
    {
        var waiting = _manifest.Count > 0 || _overflowed;
        return new()
        {
            Dimension = _dimension.Name,
            State = _failure is not null ? DeliveryState.Away : !_compared || _confirmedAt is null ? DeliveryState.Starting : waiting ? DeliveryState.Delivering : DeliveryState.UpToDate,
            WaitingObjects = _manifest.Count,
            WaitingRows = _manifest.Rows,
            WaitingBytes = _manifest.Bytes,
            IsBacklogListed = _compared && !_overflowed,
            LoadedObjects = _manifest.Loaded,
            RedeliveredObjects = _manifest.Redelivered,
            CompleteThrough = !_compared || _overflowed ? null : _manifest.Oldest ?? takenAt - UploadTime,
            NewestRecordedAt = _shards.Count == 0 ? null : _shards.Max(shard => shard.RecordedAt),
            Shards = _shards,
            LastError = _failure ?? _manifest.Error ?? Unmerged(),
        };
    }

    [LoggerMessage(LogLevel.Warning, "Nothing of {Dimension} is delivered to Snowflake at the moment; the backlog waits in the lake.")]
    private partial void LogAway(Exception failure, string dimension);

    [LoggerMessage(LogLevel.Information, "Deliveries of {Dimension} to Snowflake go on.")]
    private partial void LogRecovered(string dimension);

    [LoggerMessage(LogLevel.Debug, "Announced {Objects} objects of {Dimension} to Snowpipe.")]
    private partial void LogAnnounced(int objects, string dimension);

    [LoggerMessage(LogLevel.Warning, "Snowflake did not load {Object}, so it was written again as {Copy}: {Why}")]
    private partial void LogRedelivered(string @object, string copy, string why);

    [LoggerMessage(LogLevel.Warning, "{Task} could not be started by hand: {Why}")]
    private partial void LogNotWoken(string task, string why);

    [LoggerMessage(LogLevel.Information, "Snowpipe's history of {Dimension} could not be scanned: {Why}")]
    private partial void LogNotScanned(string dimension, string why);
}
