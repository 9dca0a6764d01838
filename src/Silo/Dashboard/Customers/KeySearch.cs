using CustomerTrack.Cli.Pipeline;
using CustomerTrack.Dimensions;
using CustomerTrack.Hosting;
using CustomerTrack.Records;

namespace CustomerTrack.Dashboard.Customers;

/// <summary>Finds keys in the tables, for whoever does not know one by heart.</summary>
internal sealed class KeySearch(IPipelineClient pipeline)
{
    private const int Most = 12;
    private const int Newest = 200;

    /// <summary>Keys that begin with a text; without one, those that changed last.</summary>
    /// <exception cref="Cli.CommandFailedException">The tables cannot be asked.</exception>
    public async Task<IReadOnlyList<string>> FindAsync(DimensionDefinition dimension, string start, CancellationToken cancellationToken)
    {
        var columns = string.Join(", ", dimension.Key.Select(column => WarehouseQueries.Quote(column.Name)));
        var history = WarehouseQueries.Quote(dimension.Name + "_history");
        var first = $"starts_with(CAST({WarehouseQueries.Quote(dimension.Key[0].Name)} AS VARCHAR), {WarehouseQueries.Literal(KeyText.Split(start)[0])})";
        var sql = start.Length == 0
            ? $"SELECT {columns} FROM (SELECT {columns}, recorded_at FROM {history} ORDER BY recorded_at DESC LIMIT {Newest}) GROUP BY ALL ORDER BY max(recorded_at) DESC LIMIT {Most}"
            : $"SELECT DISTINCT {columns} FROM {history} WHERE {first} ORDER BY ALL LIMIT {Most}";
        var keys = new List<string>();
        await using var result = await pipeline.QueryAsync(sql, cancellationToken);
        await foreach (var row in result.Rows.WithCancellation(cancellationToken))
        {
            keys.Add(KeyText.Join([.. row.Select(cell => cell.Text)]));
        }

        return keys;
    }
}
