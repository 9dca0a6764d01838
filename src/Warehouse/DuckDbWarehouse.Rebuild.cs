using System.Runtime.CompilerServices;
using CustomerTrack.Lake;
using CustomerTrack.Load;
using CustomerTrack.Records;
using DuckDB.NET.Data;

namespace CustomerTrack;

/// <content>Reading rows back, for whoever compares or remakes what they came from.</content>
public sealed partial class DuckDbWarehouse
{
    private const int RowsAtOnce = 2048;

    /// <summary>How many rows the dimension's tables have, tombstones among them.</summary>
    public Task<long> CountRowsAsync(string dimension, CancellationToken cancellationToken = default)
    {
        var tables = Tables(dimension);
        return _database.ReadAsync("count its rows", connection => connection.Scalar<long>($"SELECT count(*) FROM {tables.Rows}"), cancellationToken);
    }

    /// <summary>The files that the dimension's rows come from, retracted ones left out, and when the first and the last row of each was recorded, microseconds UTC.</summary>
    public Task<IReadOnlyList<(string? File, long FirstRecordedAt, long LastRecordedAt)>> ReadSourcesAsync(string dimension, CancellationToken cancellationToken = default)
    {
        var tables = Tables(dimension);
        return _database.ReadAsync<IReadOnlyList<(string?, long, long)>>(
            "read where its rows come from",
            connection => connection.Query(
                $"SELECT source_file, epoch_us(min(recorded_at)), epoch_us(max(recorded_at)) FROM {tables.Rows} WHERE NOT is_retracted GROUP BY source_file",
                reader => (reader.IsDBNull(0) ? null : reader.GetString(0), reader.GetInt64(1), reader.GetInt64(2))),
            cancellationToken);
    }

    /// <summary>
    /// Every row of the dimension, tombstones among them, with the newest revision of each start. A key's rows come together, ascending by start.
    /// Everything that was loaded has to be merged before.
    /// </summary>
    /// <exception cref="WarehouseException">The tables cannot be read.</exception>
    public async IAsyncEnumerable<StoredRow> ReadRowsAsync(string dimension, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        var tables = Tables(dimension);
        if (tables.WaitingRows > 0)
        {
            throw new InvalidOperationException($"{tables.WaitingRows} rows of dimension '{dimension}' wait to be merged; rows are read after that.");
        }

        var reading = new RowReading(tables.Definition);
        using var connection = _database.OpenReader();
        using var command = connection.CreateCommand();
        command.CommandText = $"""
            SELECT {reading.Columns("h")}, c.revision
            FROM {tables.History} AS h LEFT JOIN {tables.Current} AS c USING ({tables.Key})
            ORDER BY {string.Join(", ", tables.Key.Split(", ").Select(column => "h." + column))}, h.valid_from
            """;
        command.UseStreamingMode = true;
        using var reader = await RunAsync(command.ExecuteReader, cancellationToken);
        var rows = new List<StoredRow>(RowsAtOnce);
        do
        {
            rows.Clear();
            await RunAsync(() => Fill(reader, reading, rows), cancellationToken);
            foreach (var row in rows)
            {
                yield return row;
            }
        }
        while (rows.Count > 0);
    }

    /// <summary>
    /// The keys of which the lake has the newest revision of a start, or of the current row, twice and not the same: states that did not know of each
    /// other gave it out, and readers choose among such rows by chance.
    /// </summary>
    public async Task<IReadOnlySet<string>> FindForkedAsync(ILake lake, string dimension, CancellationToken cancellationToken = default)
    {
        var tables = Tables(dimension);
        var listed = new List<LakeObject>();
        await foreach (var item in lake.ListAsync(tables.Definition, cancellationToken))
        {
            listed.Add(item);
        }

        if (listed.Count == 0)
        {
            return new HashSet<string>();
        }

        using var files = await LocalObjects.OpenAsync(lake, listed, cancellationToken);
        var image = tables.Fingerprint(withRevision: false);
        var query = $"""
            WITH d AS (SELECT {tables.Key}, valid_from, revision, valid_to IS NULL AND NOT is_retracted AS is_open, {image} AS image FROM ({tables.SelectFiles(files.Paths)}))
            SELECT {tables.Key}
            FROM (SELECT {tables.Key}, valid_from, revision, min(image) <> max(image) AS forked FROM d GROUP BY {tables.Key}, valid_from, revision)
            GROUP BY {tables.Key}, valid_from HAVING arg_max(forked, revision)
            UNION
            SELECT {tables.Key}
            FROM (SELECT {tables.Key}, revision, min(valid_from) <> max(valid_from) AS forked FROM d WHERE is_open GROUP BY {tables.Key}, revision)
            GROUP BY {tables.Key} HAVING arg_max(forked, revision)
            """;
        return await _database.ReadAsync<IReadOnlySet<string>>(
            "look for revisions that were given out twice",
            connection => connection.Query(query, reader => KeyText.Join([.. tables.Definition.Key.Select((column, i) => Canonical(reader, i, column.Type))])).ToHashSet(StringComparer.Ordinal),
            cancellationToken);
    }

    /// <summary>Some rows of lake objects, as they were written.</summary>
    /// <param name="max">Rows at most.</param>
    public async Task<IReadOnlyList<Delta>> ReadObjectsAsync(ILake lake, IReadOnlyList<LakeObject> objects, int max, CancellationToken cancellationToken = default)
    {
        if (objects.Count == 0)
        {
            return [];
        }

        var tables = Tables(objects[0].Dimension);
        using var files = await LocalObjects.OpenAsync(lake, objects, cancellationToken);
        var reading = new RowReading(tables.Definition);
        return await _database.ReadAsync(
            "read lake objects",
            connection => connection.Query($"SELECT {reading.Columns("o")} FROM ({tables.SelectFiles(files.Paths)}) AS o LIMIT {max}", reader => reading.Read(reader).Row),
            cancellationToken);
    }

    private static bool Fill(DuckDBDataReader reader, RowReading reading, List<StoredRow> rows)
    {
        var last = reader.FieldCount - 1;
        while (rows.Count < RowsAtOnce && reader.Read())
        {
            var (row, sourceFile) = reading.Read(reader);
            rows.Add(new(row, sourceFile, reader.IsDBNull(last) ? null : reader.GetInt64(last)));
        }

        return rows.Count > 0;
    }
}
