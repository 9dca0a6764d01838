using CustomerTrack.Detect;
using CustomerTrack.Dimensions;
using CustomerTrack.Emit;
using CustomerTrack.Ingest;
using CustomerTrack.Lake;
using CustomerTrack.Records;
using CustomerTrack.State;

namespace CustomerTrack.Rebuild;

/// <summary>
/// Rebuilds the states of one dimension: gathers records (of the states in use, then of archived and claimed files in the order of their numbers), then
/// goes through the lake's rows key by key, and through the customers the lake does not know. A customer's state is durable before what the lake lacks of it is written there.
/// </summary>
internal sealed class DimensionRebuild
{
    private const int RecordsAtOnce = 50_000;
    private const int CustomersAtOnce = 2_000;
    private const int DeltasPerObject = 100_000;

    private readonly DimensionDefinition _dimension;
    private readonly RebuildSource _from;
    private readonly IStateRebuild _states;
    private readonly ILake _lake;
    private readonly TimeProvider _time;
    private readonly IProgress<RebuildProgress> _progress;
    private readonly NewStates _new;
    private readonly SourceNames _names;
    private readonly FileNames _fileNames;
    private readonly List<Delta> _deltas = [];
    private readonly List<Record> _records = [];
    private long _openFloor = long.MaxValue;
    private long _lakeUntil;
    private bool _isWhole;
    private long _lowest;

    public DimensionRebuild(
        DimensionDefinition dimension, RebuildSource from, IStateRebuild states, ILake lake, TimeProvider time, IProgress<RebuildProgress> progress)
    {
        _dimension = dimension;
        _from = from;
        _states = states;
        _lake = lake;
        _time = time;
        _progress = progress;
        _new = new(states.New, dimension.Name);
        _names = new(states.New);
        _fileNames = new(states.New);
        Counts = new() { Dimension = dimension.Name };
    }

    public DimensionCounts Counts { get; }

    /// <summary>The highest number of a file, or time of a delta, that was met.</summary>
    public long HighestNumber { get; private set; }

    public async Task RunAsync(ReplayFiles files, DuckDbWarehouse warehouse, CancellationToken cancellationToken)
    {
        await _new.AcquireAsync(cancellationToken);
        if (_from == RebuildSource.Auto && _states.Present is { } present)
        {
            await TakePresentAsync(present, cancellationToken);
        }

        await ReadFilesAsync(await files.ListAsync(_dimension, cancellationToken), files, cancellationToken);
        await ReconcileLakeAsync(warehouse, cancellationToken);
        await ReconcileOthersAsync(cancellationToken);
        await WriteAsync(cancellationToken);
    }

    private async Task TakePresentAsync(ICustomerStateStore present, CancellationToken cancellationToken)
    {
        var numbers = new HashSet<long>();
        for (var shard = 0; shard < present.ShardCount; shard++)
        {
            _progress.Report(new($"{_dimension.Name}: states in use", shard, present.ShardCount));
            var customers = new List<KeyValuePair<string, byte[]>>(CustomersAtOnce);
            await foreach (var (key, state) in present.ScanAsync(new(_dimension.Name, shard), cancellationToken))
            {
                customers.Add(new(key, StateRebuild.Records(state, numbers)));
                if (customers.Count == CustomersAtOnce)
                {
                    await _new.UpdateAsync(customers, (_, records, _) => records, cancellationToken);
                    customers.Clear();
                }
            }

            await _new.UpdateAsync(customers, (_, records, _) => records, cancellationToken);
        }

        foreach (var number in numbers)
        {
            var name = await present.GetFileNameAsync(number, cancellationToken)
                ?? throw new InvalidDataException($"The states in use name a landing file {number} that they never had.");
            await _names.AddAsync(number, name, cancellationToken);
            Met(number);
        }
    }

    private async Task ReadFilesAsync(IReadOnlyList<ReplayFile> found, ReplayFiles files, CancellationToken cancellationToken)
    {
        foreach (var file in found)
        {
            Met(file.File.Number);
            await _names.AddAsync(file.File.Number, file.File.Name, cancellationToken);
            _openFloor = file.IsClaimed ? Math.Min(_openFloor, file.File.Number) : _openFloor;
        }

        if (_from == RebuildSource.Lake)
        {
            return;
        }

        for (var i = 0; i < found.Count; i++)
        {
            _progress.Report(new($"{_dimension.Name}: archived files", i, found.Count));
            await ReadFileAsync(found[i].File, () => files.ReadAsync(found[i], ApplyAsync, cancellationToken));
        }

        await GatherAsync(cancellationToken);

        async Task ApplyAsync(IReadOnlyList<Record> records)
        {
            Counts.Records += records.Count;
            _records.AddRange(records);
            if (_records.Count >= RecordsAtOnce)
            {
                await GatherAsync(cancellationToken);
            }
        }
    }

    private async Task ReadFileAsync(ClaimedFile file, Func<Task<long>> read)
    {
        if (_records.Count == 0)
        {
            _lowest = file.Number;
        }

        try
        {
            Counts.LeftOut += await read();
            Counts.Files++;
            _names.WasRead(file.Name, file.Number);
        }
        catch (UnreadableFileException unreadable)
        {
            // It could be read once, so it was damaged since: what it said is taken from the lake as far as that shows it.
            Counts.Unreadable.Add($"{file.Number}~{file.Name}: {unreadable.Message}");
        }

        _lowest = _records.Count == 0 ? long.MaxValue : _lowest;
    }

    private async Task GatherAsync(CancellationToken cancellationToken)
    {
        var customers = new Dictionary<string, List<Record>>(StringComparer.Ordinal);
        foreach (var record in _records)
        {
            if (!customers.TryGetValue(record.Key, out var own))
            {
                customers.Add(record.Key, own = []);
            }

            own.Add(record);
        }

        // The file in hand may have more records.
        var floor = Math.Min(_openFloor, _lowest);
        var late = 0L;
        await _new.UpdateAsync(customers, (_, records, state) =>
        {
            var gathered = StateRebuild.Gather(_dimension, state, System.Runtime.InteropServices.CollectionsMarshal.AsSpan(records), floor, out var tooLate);
            Interlocked.Add(ref late, tooLate);
            return gathered;
        }, cancellationToken);
        Counts.LeftOut += late;
        _lowest = _records.Count == 0 ? _lowest : _records[^1].File;
        _records.Clear();
    }

    // Files that the lake names and that are not there any more: then the records are right only where the states in use vouch for them.
    private async Task SeeWhatIsMissingAsync(DuckDbWarehouse warehouse, CancellationToken cancellationToken)
    {
        _isWhole = Counts.Unreadable.Count == 0;
        foreach (var source in await warehouse.ReadSourcesAsync(_dimension.Name, cancellationToken))
        {
            _lakeUntil = Math.Max(_lakeUntil, source.LastRecordedAt);
            if (!_names.IsRead(source.File, source.FirstRecordedAt))
            {
                _isWhole = false;
                Counts.MissingFiles++;
            }
        }
    }

    private async Task ReconcileLakeAsync(DuckDbWarehouse warehouse, CancellationToken cancellationToken)
    {
        await SeeWhatIsMissingAsync(warehouse, cancellationToken);
        var forked = await warehouse.FindForkedAsync(_lake, _dimension.Name, cancellationToken);
        var total = await warehouse.CountRowsAsync(_dimension.Name, cancellationToken);
        var done = 0L;
        var customers = new List<KeyValuePair<string, LakeHistory>>(CustomersAtOnce);
        var rows = new List<LakeRow>();
        long? current = null;
        await foreach (var (row, sourceFile, revision) in warehouse.ReadRowsAsync(_dimension.Name, cancellationToken))
        {
            if (rows.Count > 0 && rows[0].Row.Key != row.Key)
            {
                await EndAsync();
            }

            rows.Add(new(row with { File = await _names.NumberOfAsync(sourceFile, cancellationToken) }, _names.IsRead(sourceFile, row.RecordedAt)));
            current = revision;
            Met(row.RecordedAt);
            done++;
        }

        if (rows.Count > 0)
        {
            await EndAsync();
        }

        await ReconcileAsync(customers, cancellationToken);

        async Task EndAsync()
        {
            var isForked = forked.Contains(rows[0].Row.Key);
            Counts.Forked += isForked ? 1 : 0;
            customers.Add(new(rows[0].Row.Key, new([.. rows], current, isForked)));
            rows.Clear();
            if (customers.Count == CustomersAtOnce)
            {
                _progress.Report(new($"{_dimension.Name}: rows of the lake", done, total));
                await ReconcileAsync(customers, cancellationToken);
                customers.Clear();
            }
        }
    }

    private async Task ReconcileOthersAsync(CancellationToken cancellationToken)
    {
        for (var shard = 0; shard < _states.New.ShardCount; shard++)
        {
            _progress.Report(new($"{_dimension.Name}: customers the lake does not know", shard, _states.New.ShardCount));
            var customers = new List<KeyValuePair<string, LakeHistory>>(CustomersAtOnce);
            await foreach (var (key, state) in _states.New.ScanAsync(new(_dimension.Name, shard), cancellationToken))
            {
                Counts.Customers++;
                if (!StateRebuild.IsReconciled(state))
                {
                    customers.Add(new(key, LakeHistory.None));
                    if (customers.Count == CustomersAtOnce)
                    {
                        await ReconcileAsync(customers, cancellationToken);
                        customers.Clear();
                    }
                }
            }

            await ReconcileAsync(customers, cancellationToken);
        }
    }

    private async Task ReconcileAsync(List<KeyValuePair<string, LakeHistory>> customers, CancellationToken cancellationToken)
    {
        if (customers.Count == 0)
        {
            return;
        }

        var now = SequenceText.FromTicks(_time.GetUtcNow().UtcTicks);
        var lacking = new List<IReadOnlyList<Delta>>();
        await _names.StoredAsync();
        var known = _isWhole || _from != RebuildSource.Auto ? [] : await PresentAsync(customers.ConvertAll(customer => customer.Key), cancellationToken);
        await _new.UpdateAsync(customers, (key, lake, records) =>
        {
            var complete = _isWhole || (known.TryGetValue(key, out var present) && lake.Rows.All(row => StateRebuild.Knows(present, row.Row)));
            var sources = new KnownRecords { AreComplete = complete, OpenFloor = _openFloor, LakeUntil = _lakeUntil };
            var reconciled = StateRebuild.Reconcile(_dimension, key, records, lake.Rows, lake.CurrentRevision, lake.IsForked, _from, sources, now);
            lock (lacking)
            {
                lacking.Add(reconciled.Deltas);
                Count(reconciled);
            }

            return reconciled.State;
        }, cancellationToken);
        foreach (var deltas in lacking)
        {
            _deltas.AddRange(deltas);
            if (_deltas.Count >= DeltasPerObject)
            {
                // Between customers: half of a customer's rows must not come without the other half.
                await WriteAsync(cancellationToken);
            }
        }
    }

    private async Task<Dictionary<string, byte[]>> PresentAsync(List<string> keys, CancellationToken cancellationToken)
    {
        var found = new Dictionary<string, byte[]>(StringComparer.Ordinal);
        if (_states.Present is not { } present)
        {
            return found;
        }

        foreach (var shard in keys.GroupBy(key => Sharding.ShardOf(key, present.ShardCount)))
        {
            var members = shard.ToList();
            var states = await present.GetAsync(new(_dimension.Name, shard.Key), members, cancellationToken);
            for (var i = 0; i < states.Length; i++)
            {
                if (states[i] is { } state)
                {
                    found.Add(members[i], state);
                }
            }
        }

        return found;
    }

    private void Count(in Reconciled reconciled)
    {
        Counts.FromBoth += reconciled is { FromRecords: true, FromLake: true } ? 1 : 0;
        Counts.FromLake += reconciled is { FromRecords: false, FromLake: true } ? 1 : 0;
        Counts.FromRecords += reconciled is { FromRecords: true, FromLake: false } ? 1 : 0;
        foreach (var delta in reconciled.Deltas)
        {
            Counts.Retracted += delta.State == RowState.Retracted ? 1 : 0;
            Counts.Written += delta.State == RowState.Retracted ? 0 : 1;
        }
    }

    private async Task WriteAsync(CancellationToken cancellationToken)
    {
        if (_deltas.Count > 0)
        {
            await _lake.WriteAsync(_dimension, _deltas.ToList(), await _fileNames.OfAsync(_deltas, cancellationToken), cancellationToken);
            _deltas.Clear();
        }
    }

    private void Met(long number) => HighestNumber = Math.Max(HighestNumber, number);
}
