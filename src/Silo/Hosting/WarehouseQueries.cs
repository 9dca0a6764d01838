using System.Globalization;
using CustomerTrack.Cli;
using CustomerTrack.Cli.Output;
using CustomerTrack.Cli.Pipeline;
using CustomerTrack.Dimensions;
using CustomerTrack.Records;
using CustomerTrack.Serve;

namespace CustomerTrack.Hosting;

/// <summary>What commands ask the warehouse.</summary>
internal static class WarehouseQueries
{
    /// <summary>Runs read-only SQL.</summary>
    /// <exception cref="CommandFailedException">The warehouse refused it.</exception>
    public static async Task<Result> QueryAsync(DuckDbWarehouse warehouse, string sql, CancellationToken cancellationToken)
    {
        try
        {
            var result = await warehouse.QueryAsync(sql, cancellationToken);
            return new([.. result.Columns.Select(column => column.Name)], RowsAsync(result), result);
        }
        catch (QueryRefusedException refused)
        {
            throw new CommandFailedException(refused.Message, refused);
        }
    }

    /// <summary>The versions of one key, oldest first, or the one that held at a sequence.</summary>
    /// <exception cref="UsageException">The dimension, the key or the time is not one.</exception>
    public static Task<Result> HistoryAsync(DuckDbWarehouse warehouse, IDimensionCatalog dimensions, HistoryRequest request, CancellationToken cancellationToken)
    {
        var dimension = Definitions.Pick(dimensions, request.Dimension, "--of");
        var parts = KeyText.Split(request.Key);
        if (parts.Length != dimension.Key.Count)
        {
            throw new UsageException($"The key '{request.Key}' has {parts.Length} parts; keys of {dimension.Name} have {dimension.Key.Count}: {string.Join(" | ", dimension.Key.Select(k => k.Name))}.");
        }

        var where = parts.Select((part, i) => $"{Quote(dimension.Key[i].Name)} = {Literal(part)}").ToList();
        if (request.AsOf is { } text)
        {
            if (!SequenceText.TryParse(text, dimension.Sequence.Type, out var sequence))
            {
                throw new UsageException($"--as-of is '{text}'; expected a {dimension.Sequence.Type}.");
            }

            var at = dimension.Sequence.Type.Kind == ColumnKind.Timestamp
                ? $"TIMESTAMP '{SequenceText.ToDateTime(sequence).ToString("yyyy-MM-dd HH:mm:ss.ffffff", CultureInfo.InvariantCulture)}'"
                : SequenceText.Format(sequence, dimension.Sequence.Type);
            where.Add($"valid_from <= {at} AND (valid_to IS NULL OR valid_to > {at})");
        }

        return QueryAsync(warehouse, $"SELECT * FROM {Quote(dimension.Name + "_history")} WHERE {string.Join(" AND ", where)} ORDER BY valid_from", cancellationToken);
    }

    private static async IAsyncEnumerable<IReadOnlyList<Cell>> RowsAsync(QueryResult result)
    {
        await foreach (var row in result.ReadRowsAsync())
        {
            yield return Array.ConvertAll(row, Cell.Of);
        }
    }

    internal static string Quote(string name) => $"\"{name.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";

    internal static string Literal(string text) => $"'{text.Replace("'", "''", StringComparison.Ordinal)}'";
}
