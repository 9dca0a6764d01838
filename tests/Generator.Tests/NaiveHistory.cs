using System.Globalization;
using CustomerTrack.Dimensions;

namespace CustomerTrack.Generator;

/// <summary>The history of a set of records, the slow and obvious way: sort, keep the winner of a tie, walk.</summary>
internal static class NaiveHistory
{
    /// <summary>One line of text a version, sorted.</summary>
    public static List<string> Of(IEnumerable<ReadRecord> records, DimensionDefinition definition) =>
    [
        .. records.GroupBy(record => record.Key)
            .SelectMany(group => OfKey(group.Key, group, definition))
            .Order(StringComparer.Ordinal),
    ];

    /// <summary>The answer key in the same spelling.</summary>
    public static List<string> Of(IEnumerable<AnswerRow> rows) =>
    [
        .. rows.Select(row => Line(row.Key, row.Values, Time(row.ValidFrom), row.ValidTo is { } to ? Time(to) : null)).Order(StringComparer.Ordinal),
    ];

    private static DateTimeOffset Time(long microseconds) => DateTimeOffset.UnixEpoch.AddMicroseconds(microseconds);

    private static IEnumerable<string> OfKey(string key, IEnumerable<ReadRecord> records, DimensionDefinition definition)
    {
        // Sorting is stable: without ordinals the later row of a file wins. Copies of a record change nothing then.
        var winners = records.OrderBy(record => record.At).ThenBy(record => record.Ordinal)
            .GroupBy(record => record.At)
            .Select(tie => tie.Last());
        List<(DateTimeOffset From, DateTimeOffset? To, string?[] Values)> versions = [];
        string?[]? state = null;
        string?[]? newest = null;
        foreach (var record in winners)
        {
            if (record.IsDelete)
            {
                Close(record.At);
                state = null;
                continue;
            }

            var next = definition.Columns
                .Select((column, i) => record.Stated.TryGetValue(column.Name, out var value) ? value : definition.KeepMissing ? state?[i] : null)
                .ToArray();
            var differs = state is null || Indexes(HistoryMode.Track).Any(i => state[i] != next[i]);
            if (differs)
            {
                Close(record.At);
                versions.Add((record.At, null, next));
            }
            else
            {
                versions[^1] = versions[^1] with { Values = next };
            }

            state = newest = next;
        }

        foreach (var version in versions)
        {
            foreach (var i in Indexes(HistoryMode.Overwrite))
            {
                version.Values[i] = newest![i];
            }

            yield return Line(key, version.Values, version.From, version.To);
        }

        IEnumerable<int> Indexes(HistoryMode mode) => Enumerable.Range(0, definition.Columns.Count).Where(i => definition.Columns[i].History == mode);

        void Close(DateTimeOffset at)
        {
            if (state is not null)
            {
                versions[^1] = versions[^1] with { To = at };
            }
        }
    }

    private static string Line(string key, IEnumerable<string?> values, DateTimeOffset from, DateTimeOffset? to) =>
        string.Create(CultureInfo.InvariantCulture, $"{key} [{from:o},{to:o}) {string.Join(" | ", values.Select(value => value ?? "<null>"))}");
}
