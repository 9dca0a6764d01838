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
    /// <summary>An object's name says when its upload began; it is known here when that ended.</summary>
    public static readonly TimeSpan UploadTime = TimeSpan.FromMinutes(1);

    private const int AnnouncedAtOnce = 5_000;

    private readonly DimensionDefinition _dimension;
    private readonly ISnowpipe? _snowpipe;
    private readonly SnowflakeOptions _options;
    private readonly int _capacity;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly DeliveryManifest _manifest;
    private readonly DeliveryTraces _traces;
    private readonly MergeLedger _ledger;
    private readonly LakeComparison _comparison;
    private readonly SnowflakeCatalog _catalog;
    private readonly QuestionPace _questions;
    private readonly LoadReports? _reports;
    private readonly Redelivery _redelivery;
    private readonly MergeWake _wake;
    private readonly Backoff _backoff;
    private readonly string _deltas;
    private readonly string _pipe;
    private readonly string _folder;
    private readonly string _task;
    private bool _compared;
    private bool _columnsChecked;
    private bool _listed;
    private bool _overflowed;
    private string? _witness;
    private DateTimeOffset? _confirmedAt;
    private DateTime? _newestMerge;
    private IReadOnlyList<ShardProgress> _shards = [];
    private DateTimeOffset _nextAnnouncement;
    private DateTimeOffset _nextReport;
    private string? _failure;

    /// <param name="snowpipe">Null where the bucket's events announce objects.</param>
    /// <param name="capacity">What is kept in memory of a backlog; more is listed again when there is room.</param>
    public DimensionDelivery(
        DimensionDefinition dimension, IStagedLake lake, ISnowflakeSql sql, ISnowpipe? snowpipe, SnowflakeOptions options, int capacity, TimeProvider time, ILogger logger)
    {
        var names = new SnowflakeNames(options);
        _dimension = dimension;
        _snowpipe = snowpipe;
        _options = options;
        _capacity = capacity;
        _time = time;
        _logger = logger;
        _manifest = new(options.RedeliverAfter, options.Notification, capacity);
        _traces = new(isAnnounced: snowpipe is not null);
        _ledger = new(sql, names, dimension, lake.Prefix);
        _comparison = new(dimension, lake, _ledger, time, logger);
        _catalog = new(sql);
        _questions = new(options.ConfirmInterval, options.RedeliverAfter);
        _folder = $"dimension={dimension.Name}/";
        _pipe = SnowflakeNames.InCatalog(names.Pipe(dimension));
        _reports = snowpipe is null ? null : new(snowpipe, _pipe, _folder, _manifest, _traces, time, logger);
        _redelivery = new(_manifest, _traces, lake, _ledger, _reports, _questions, time, logger);
        _backoff = new(time);
        _deltas = names.Deltas(dimension);
        _task = names.MergeTask(dimension);
        _wake = new(sql, _task, options.RedeliverAfter, time, logger);
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
        !_compared || (_overflowed && _manifest.Count <= _capacity / 2) || (_manifest.Count > 0 && TomorrowOf(_comparison.ComparedOn) <= _time.GetUtcNow());

    // Reports cost nothing: they ask Snowpipe, not a warehouse.
    private bool IsReportWorth => _reports is not null && _manifest.Count > _manifest.Loaded;

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
            var begunAt = _time.GetUtcNow();
            try
            {
                await _snowpipe.InsertFilesAsync(_pipe, [.. due.Select(delivery => new StagedFile(delivery.Newest.Name[_folder.Length..], delivery.Newest.Bytes))], cancellationToken);
            }
            catch (Exception failure) when (!cancellationToken.IsCancellationRequested)
            {
                _traces.NotAnnounced(due, begunAt, _time.GetUtcNow(), failure);
                throw;
            }

            var now = _time.GetUtcNow();
            _traces.Announced(due, begunAt, now);
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
            if (await _reports!.ReadAsync(cancellationToken))
            {
                _questions.Hurry(_time.GetUtcNow());
            }

            _nextReport = _time.GetUtcNow() + _options.ConfirmInterval;
        }

        if (IsQuestionWorth && _time.GetUtcNow() >= _questions.Next)
        {
            await ConfirmAsync(cancellationToken);
        }

        await _redelivery.RunAsync(cancellationToken);
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
            _wake.Merged();
        }

        if (newest != _newestMerge || _confirmedAt is null)
        {
            _shards = await _ledger.ReadProgressAsync(cancellationToken);
        }

        _newestMerge = newest;
        _confirmedAt = now;
        _questions.Asked(_time.GetUtcNow(), changed: _manifest.Count < open);
        await _wake.RunAsync(_manifest.LoadedSince, cancellationToken);
    }

    private bool Keep(LakeObject found)
    {
        var before = _manifest.Count;
        var kept = _manifest.Add(found.Origin is null ? found : found with { Origin = null }, _time.GetUtcNow());
        DeliveryInstruments.Backlog.Add(_manifest.Count - before);
        if (kept && found.Origin is { } origin)
        {
            _traces.Added(found.Name, origin);
        }

        return kept;
    }

    private void Settle(MergedObject load)
    {
        _witness = load.Name;
        if (_manifest.Merged(load.Name, load.Rows) is not { } delivery)
        {
            return;
        }

        _traces.Merged(delivery, load.MergedAt, _time.GetUtcNow());
        DeliveryInstruments.Backlog.Add(-1);
        DeliveryInstruments.MergedRows.Add(delivery.Original.Rows);
        DeliveryInstruments.Latency.Record((_time.GetUtcNow() - delivery.WrittenAt).TotalSeconds);
    }

    [LoggerMessage(LogLevel.Debug, "Announced {Objects} objects of {Dimension} to Snowpipe.")]
    private partial void LogAnnounced(int objects, string dimension);
}
