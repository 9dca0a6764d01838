using System.Globalization;
using CustomerTrack.Dimensions;
using CustomerTrack.Lake;
using CustomerTrack.Load;
using CustomerTrack.Merge;
using CustomerTrack.Records;
using CustomerTrack.Verify;
using DuckDB.NET.Data;

namespace CustomerTrack;

/// <content>Proving that the tables are right.</content>
public sealed partial class DuckDbWarehouse
{
    // Differing keys named at most, per check.
    private const int FirstKeys = 10;

    // Rows per scratch file while rows are compared.
    private const int CompareBatch = 50_000;

    /// <summary>
    /// Checks the invariants on one snapshot: intervals of a key do not overlap, no row is without a start or of zero width, at most
    /// one open row a key, the current state equals the open rows, rows that touch differ in a tracked column, and the tables below
    /// hold one row per key (and start).
    /// </summary>
    /// <returns>What does not hold; empty when all is well.</returns>
    public Task<IReadOnlyList<Violation>> CheckInvariantsAsync(CancellationToken cancellationToken = default) =>
        _database.ReadAsync<IReadOnlyList<Violation>>("check the invariants", connection =>
        [
            .. _tables.Values.SelectMany(tables => tables.Checks.Select(check =>
            {
                cancellationToken.ThrowIfCancellationRequested();
                return Find(connection, tables, check.Key, check.Value);
            })).OfType<Violation>(),
        ], cancellationToken);

    /// <summary>
    /// Compares the lake with the tables: every object is loaded, none is loaded that the lake does not have, and the newest
    /// revision of every row in the lake is the row in the tables. Lineage (recorded_at, source_file, source_row) is not compared.
    /// Where objects have to be fetched, a dimension's objects must find room below the lake's local folder at once.
    /// </summary>
    public async Task<IReadOnlyList<Violation>> CompareLakeAsync(ILake lake, CancellationToken cancellationToken = default)
    {
        var violations = new List<Violation>();
        foreach (var tables in _tables.Values)
        {
            // The ledger's snapshot comes first: what is loaded then is in the listing that follows.
            using var connection = _database.OpenReader();
            var loaded = await RunAsync(() =>
            {
                connection.Execute("BEGIN TRANSACTION READ ONLY");
                return connection.Query(
                    $"SELECT object_name FROM ct.ledger WHERE dimension = {SqlName.Literal(tables.Definition.Name)} ORDER BY object_name",
                    reader => reader.GetString(0));
            }, cancellationToken);

            var listed = new List<LakeObject>();
            await foreach (var item in lake.ListAsync(tables.Definition, cancellationToken))
            {
                listed.Add(item);
            }

            Report(violations, tables, "object_not_loaded", listed.Select(item => item.Name).Except(loaded));
            Report(violations, tables, "object_not_in_lake", loaded.Except(listed.Select(item => item.Name)));
            var loadedNames = loaded.ToHashSet(StringComparer.Ordinal);
            using var files = await LocalObjects.OpenAsync(lake, [.. listed.Where(item => loadedNames.Contains(item.Name))], cancellationToken);
            var both = files.Paths;
            violations.AddRange(await RunAsync(() =>
            {
                var fingerprint = tables.Fingerprint(withRevision: true);
                var expected = both.Count == 0
                    ? None(tables)
                    : $"SELECT {tables.Key}, valid_from, arg_max({fingerprint}, revision) AS fingerprint FROM ({tables.SelectFiles(both)}) GROUP BY {tables.Key}, valid_from";
                return Compare(connection, tables, expected, Rows(tables, tables.Rows, fingerprint), "not_in_lake");
            }, cancellationToken));
        }

        return violations;
    }

    /// <summary>
    /// Compares <paramref name="rows"/>, what the customers' states say the history is, with the tables: key, start, end, whether
    /// deleted, and all data columns. Retracted rows and lineage are left out on both sides.
    /// </summary>
    /// <param name="withRevision">Revisions are compared as well.</param>
    /// <returns><c>missing_in_tables</c> and <c>not_in_state</c>; empty when they agree.</returns>
    public async Task<IReadOnlyList<Violation>> CompareRowsAsync(
        string dimension,
        IAsyncEnumerable<Delta> rows,
        bool withRevision,
        CancellationToken cancellationToken = default)
    {
        var tables = Tables(dimension);
        var folder = Directory.CreateDirectory(Path.Combine(_scratch, Guid.NewGuid().ToString("N"))).FullName;
        try
        {
            var files = await WriteScratchAsync(tables.Definition, rows, folder, cancellationToken);
            var fingerprint = tables.Fingerprint(withRevision);
            var expected = files.Count == 0 ? None(tables) : Rows(tables, $"({tables.SelectFiles(files)})", fingerprint) + " WHERE NOT is_retracted";
            var actual = Rows(tables, tables.Rows, fingerprint) + " WHERE NOT is_retracted";
            return await _database.ReadAsync("compare its rows", connection => Compare(connection, tables, expected, actual, "not_in_state"), cancellationToken);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static async Task<T> RunAsync<T>(Func<T> work, CancellationToken cancellationToken)
    {
        try
        {
            return await Task.Run(work, cancellationToken);
        }
        catch (DuckDBException failure)
        {
            throw new WarehouseException("compare the lake with its tables", failure);
        }
    }

    private static async Task<List<string>> WriteScratchAsync(DimensionDefinition dimension, IAsyncEnumerable<Delta> rows, string folder, CancellationToken cancellationToken)
    {
        using var encoder = new DeltaEncoder(dimension, shards: 1);
        var files = new List<string>();
        var batch = new List<Delta>(CompareBatch);
        await foreach (var row in rows.WithCancellation(cancellationToken))
        {
            batch.Add(row);
            if (batch.Count == CompareBatch)
            {
                await FlushAsync();
            }
        }

        await FlushAsync();
        return files;

        async Task FlushAsync()
        {
            if (batch.Count > 0)
            {
                files.Add(Path.Combine(folder, string.Create(CultureInfo.InvariantCulture, $"{files.Count}.parquet")));
                await File.WriteAllBytesAsync(files[^1], encoder.Encode(batch, fileNames: null), cancellationToken);
                batch.Clear();
            }
        }
    }

    private static string Rows(DimensionTables tables, string from, string fingerprint) =>
        $"SELECT {tables.Key}, valid_from, {fingerprint} AS fingerprint FROM {from}";

    private static string None(DimensionTables tables) => Rows(tables, tables.Rows, "0::UBIGINT") + " WHERE FALSE";

    private static List<Violation> Compare(DuckDBConnection connection, DimensionTables tables, string expected, string actual, string extra)
    {
        Violation?[] found =
        [
            Find(connection, tables, "missing_in_tables", $"SELECT DISTINCT {tables.Key} FROM ({expected} EXCEPT {actual})"),
            Find(connection, tables, extra, $"SELECT DISTINCT {tables.Key} FROM ({actual} EXCEPT {expected})"),
        ];
        return [.. found.OfType<Violation>()];
    }

    private static Violation? Find(DuckDBConnection connection, DimensionTables tables, string check, string keys)
    {
        var found = connection.Query(
            $"SELECT *, count(*) OVER () FROM ({keys}) AS k ORDER BY ALL LIMIT {FirstKeys}",
            reader => (Key: KeyText.Join([.. Enumerable.Range(0, reader.FieldCount - 1).Select(i => Canonical(reader, i, tables.Definition.Key[i].Type))]), Count: reader.GetInt64(reader.FieldCount - 1)));
        return found.Count == 0 ? null : new(tables.Definition.Name, check, found[0].Count, [.. found.Select(row => row.Key)]);
    }

    private static string Canonical(DuckDBDataReader reader, int column, ColumnType type) => type.Kind switch
    {
        ColumnKind.Date => reader.GetFieldValue<DateOnly>(column).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
        ColumnKind.Timestamp => SequenceText.Format(SequenceText.FromTicks(reader.GetDateTime(column).Ticks), type),
        ColumnKind.Boolean => reader.GetBoolean(column) ? "true" : "false",
        _ => Convert.ToString(reader.GetProviderSpecificValue(column), CultureInfo.InvariantCulture)!,
    };

    private static void Report(List<Violation> violations, DimensionTables tables, string check, IEnumerable<string> names)
    {
        var found = names.ToList();
        if (found.Count > 0)
        {
            violations.Add(new(tables.Definition.Name, check, found.Count, [.. found.Take(FirstKeys)]));
        }
    }
}
