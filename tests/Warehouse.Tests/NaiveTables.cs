using CustomerTrack.Records;

namespace CustomerTrack.Warehouse.Tests;

/// <summary>What the tables must hold, computed the slow and obvious way: keep the highest revision.</summary>
internal static class NaiveTables
{
    public const string HistorySql = "SELECT customer_id, valid_from, valid_to, name, points, \"order\", revision, epoch_us(recorded_at), source_file, source_row FROM customer_history ORDER BY ALL";
    public const string CurrentSql = "SELECT customer_id, valid_from, name, points, \"order\", revision FROM customer ORDER BY ALL";

    public static List<string> History(IEnumerable<Delta> deltas) =>
    [
        .. deltas.GroupBy(delta => (delta.Key, delta.ValidFrom))
            .Select(rows => rows.MaxBy(row => row.Revision)!)
            .Where(row => row.State == RowState.Version)
            .OrderBy(row => row.Key, StringComparer.Ordinal).ThenBy(row => row.ValidFrom)
            .Select(row => $"{row.Key}|{row.ValidFrom}|{row.ValidTo?.ToString() ?? "null"}|{Data(row)}|{row.Revision}|{row.RecordedAt}|{TestWarehouse.Files[row.File]}|{row.Row}"),
    ];

    public static List<string> Current(IEnumerable<Delta> deltas) =>
    [
        .. deltas.Where(delta => delta.ValidTo is null && delta.State != RowState.Retracted)
            .GroupBy(delta => delta.Key)
            .Select(rows => rows.MaxBy(row => row.Revision)!)
            .Where(row => row.State == RowState.Version)
            .OrderBy(row => row.Key, StringComparer.Ordinal)
            .Select(row => $"{row.Key}|{row.ValidFrom}|{Data(row)}|{row.Revision}"),
    ];

    private static string Data(Delta row)
    {
        // Tracked: name, order; latest: points.
        var reader = new ContentReader(new ContentView(row.Content.Span).All);
        reader.Read();
        var name = reader.IsNull ? "null" : reader.Text;
        reader.Read();
        var order = reader.IsNull ? "null" : reader.Int64.ToString();
        reader.Read();
        var points = reader.IsNull ? "null" : reader.Int64.ToString();
        return $"{name}|{points}|{order}";
    }
}
