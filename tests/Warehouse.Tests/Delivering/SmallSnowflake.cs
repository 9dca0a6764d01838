using System.Globalization;
using CustomerTrack.Dimensions;
using CustomerTrack.Lake;
using CustomerTrack.Merge;
using CustomerTrack.Snowflake;

namespace CustomerTrack.Warehouse.Tests;

/// <summary>What the delivery sees of an account: a pipe, a table, a ledger. Loads and merges when it is told to.</summary>
internal sealed class SmallSnowflake(DimensionDefinition dimension, Func<DateTimeOffset> clock) : ISnowflakeSql, ISnowpipe
{
    private const string Folder = "lake/dimension=customer/";

    private readonly List<StagedFile> _queued = [];
    private readonly HashSet<string> _known = new(StringComparer.Ordinal);
    private readonly Dictionary<string, long> _table = new(StringComparer.Ordinal);
    private readonly Dictionary<string, long> _stream = new(StringComparer.Ordinal);
    private readonly List<FileLoad> _events = [];

    /// <summary>Merged rows and when, by the name in the bucket.</summary>
    public Dictionary<string, (long Rows, DateTimeOffset At)> Ledger { get; } = new(StringComparer.Ordinal);

    public List<string> Statements { get; } = [];

    public int Announcements { get; private set; }

    public int Reports { get; private set; }

    /// <summary>Every question and announcement fails.</summary>
    public bool IsAway { get; set; }

    /// <summary>Announcements are taken and forgotten.</summary>
    public bool LosesAnnouncements { get; set; }

    /// <summary>SQL fails and Snowpipe works, as with a warehouse that may not start.</summary>
    public bool HasNoWarehouse { get; set; }

    /// <summary>Entries of the ledger are there twice.</summary>
    public bool DoublesLedger { get; set; }

    /// <summary>Columns the table of deltas lacks.</summary>
    public HashSet<string> Lacks { get; } = new(StringComparer.OrdinalIgnoreCase);

    public void Load()
    {
        foreach (var file in _queued)
        {
            var rows = Rows(file.Path);
            _table[Folder + file.Path] = rows;
            _stream[Folder + file.Path] = rows;
            _events.Add(new() { Path = file.Path, State = LoadState.Loaded, RowsInserted = rows, RowsParsed = rows, ErrorsSeen = 0 });
        }

        _queued.Clear();
    }

    public void Merge()
    {
        foreach (var (name, rows) in _stream)
        {
            Ledger[name] = (rows, clock());
        }

        _stream.Clear();
    }

    /// <summary>Tables and pipe are made anew.</summary>
    public void Forget()
    {
        _known.Clear();
        _table.Clear();
        _stream.Clear();
        _events.Clear();
        Ledger.Clear();
    }

    public Task InsertFilesAsync(string pipe, IReadOnlyList<StagedFile> files, CancellationToken cancellationToken = default)
    {
        FailWhen(IsAway);
        Announcements++;
        _queued.AddRange(files.Where(file => !LosesAnnouncements && _known.Add(file.Path)));
        return Task.CompletedTask;
    }

    public Task<LoadReport> GetInsertReportAsync(string pipe, string? beginMark, CancellationToken cancellationToken = default)
    {
        FailWhen(IsAway);
        Reports++;
        return Task.FromResult(new LoadReport { NextBeginMark = null, IsComplete = true, Files = [.. _events.TakeLast(10_000)] });
    }

    public Task<IReadOnlyList<FileLoad>> ScanLoadHistoryAsync(string pipe, DateTimeOffset from, DateTimeOffset to, CancellationToken cancellationToken = default)
    {
        FailWhen(IsAway);
        return Task.FromResult<IReadOnlyList<FileLoad>>([.. _events]);
    }

    public Task<SnowflakeRows> QueryAsync(string statement, IReadOnlyList<string> binds, CancellationToken cancellationToken = default)
    {
        FailWhen(IsAway);
        if (statement.StartsWith("DESC TABLE", StringComparison.Ordinal))
        {
            return Answer(["name", "type", "null?"], TableColumns.History(dimension).Select(column => column.Name).Where(name => !Lacks.Contains(name)).Select(name => (string?[])[SnowflakeNames.InCatalog(SqlName.Quote(name)).Trim('"'), "VARCHAR", "Y"]));
        }

        FailWhen(HasNoWarehouse);
        Statements.Add(statement);
        if (statement.Contains(".watermarks", StringComparison.Ordinal))
        {
            return Answer(["shard", "recorded_at", "row_count", "merged_at"], Ledger.Count == 0 ? [] : [["0", Text(clock()), "1", Text(clock())]]);
        }

        if (statement.Contains(".loads", StringComparison.Ordinal))
        {
            var found = Ledger.Where(entry => Fits(statement, entry.Key, entry.Value.At)).Select(entry => (string?[])[entry.Key, entry.Value.Rows.ToString(CultureInfo.InvariantCulture), Text(entry.Value.At)]);
            return Answer(["object_name", "row_count", "merged_at"], DoublesLedger ? found.Concat(found) : found);
        }

        if (statement.Contains("COUNT(*)", StringComparison.Ordinal))
        {
            return Answer(["ct_object", "n"], _table.Where(entry => statement.Contains($"'{entry.Key}'", StringComparison.Ordinal)).Select(entry => (string?[])[entry.Key, entry.Value.ToString(CultureInfo.InvariantCulture)]));
        }

        return statement.StartsWith("EXECUTE TASK", StringComparison.Ordinal) ? Answer([], []) : throw new InvalidOperationException($"Not expected: {statement}");
    }

    public Task ExecuteAsync(IReadOnlyList<string> statements, CancellationToken cancellationToken = default) => throw new NotSupportedException();

    public void Dispose()
    {
    }

    public ValueTask DisposeAsync() => default;

    private static bool Fits(string statement, string name, DateTimeOffset at) =>
        After(statement, "merged_at >= '") is { } since ? at >= DateTimeOffset.Parse(since, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal)
        : After(statement, "object_name >= '") is { } first ? string.CompareOrdinal(name, first) >= 0
        : After(statement, "object_name = '") == name;

    private static string? After(string statement, string start) =>
        statement.IndexOf(start, StringComparison.Ordinal) is >= 0 and var at && at + start.Length is var begin ? statement[begin..statement.IndexOf('\'', begin)] : null;

    private static long Rows(string path) => LakeObjectName.TryParse(path, out var name) ? name.Rows : throw new InvalidOperationException(path);

    private static string Text(DateTimeOffset at) => at.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.ffffff", CultureInfo.InvariantCulture);

    private static Task<SnowflakeRows> Answer(IReadOnlyList<string> columns, IEnumerable<string?[]> rows) => Task.FromResult(new SnowflakeRows
    {
        Columns = [.. columns.Select(name => new SnowflakeColumn(name, "text"))],
        Rows = [.. rows],
    });

    private static void FailWhen(bool fails)
    {
        if (fails)
        {
            throw new SnowflakeException("Told to be away.") { IsTransient = true };
        }
    }
}
