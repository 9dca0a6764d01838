namespace CustomerTrack.Snowflake.Tests;

/// <summary>What the views of <see cref="Scripts.Member"/> must show, computed the slow and obvious way: keep the highest revision.</summary>
internal static class NaiveMember
{
    public static string HistorySql(string view) =>
        $"SELECT club, number, name, points, \"order\", epoch_us(valid_from), epoch_us(valid_to), is_current, revision, epoch_us(recorded_at), source_file, source_row FROM CUSTOMERTRACK.PUBLIC.{view} ORDER BY club, number, valid_from";

    public static string CurrentSql(string view) =>
        $"SELECT club, number, name, points, \"order\", epoch_us(valid_from), revision FROM CUSTOMERTRACK.PUBLIC.{view} ORDER BY club, number";

    public static List<string> History(IEnumerable<MemberLoad> loads) =>
    [
        .. loads.Select(load => load.Delta).GroupBy(delta => (delta.Club, delta.Number, delta.From))
            .Select(rows => rows.MaxBy(row => row.Revision)!)
            .Where(row => !row.IsDeleted && !row.IsRetracted)
            .OrderBy(row => row.Club, StringComparer.Ordinal).ThenBy(row => row.Number).ThenBy(row => row.From)
            .Select(row => $"{Data(row)}|{row.From}|{row.To?.ToString() ?? "null"}|{(row.To is null ? "True" : "False")}|{row.Revision}|{row.RecordedAt}|f|1"),
    ];

    public static List<string> Current(IEnumerable<MemberLoad> loads) =>
    [
        .. loads.Select(load => load.Delta).Where(delta => delta.To is null && !delta.IsRetracted)
            .GroupBy(delta => (delta.Club, delta.Number))
            .Select(rows => rows.MaxBy(row => row.Revision)!)
            .Where(row => !row.IsDeleted)
            .OrderBy(row => row.Club, StringComparer.Ordinal).ThenBy(row => row.Number)
            .Select(row => $"{Data(row)}|{row.From}|{row.Revision}"),
    ];

    private static string Data(MemberDelta row) => $"{row.Club}|{row.Number}|{row.Name ?? "null"}|{row.Points?.ToString() ?? "null"}|null";
}
