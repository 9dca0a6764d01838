using System.Globalization;
using CustomerTrack.Dimensions;
using CustomerTrack.Lake;
using CustomerTrack.Merge;

namespace CustomerTrack.Snowflake;

/// <summary>Reads what Snowflake's tables and merges say: which objects are loaded, which are merged, and how far each shard is.</summary>
internal sealed class MergeLedger(ISnowflakeSql sql, SnowflakeNames names, DimensionDefinition dimension, string prefix)
{
    // Merges of a dimension run one after the other, but a person may call the procedure as well.
    private static readonly TimeSpan Overlap = TimeSpan.FromMinutes(5);

    private DateTime? _newest;

    /// <summary>Whether it knows an object.</summary>
    public async Task<bool> HasAsync(string name, CancellationToken cancellationToken) =>
        (await ReadAsync($"object_name = {SqlName.Literal(prefix + name)}", cancellationToken)).Count > 0;

    /// <summary>The merged rows of objects that were written on <paramref name="since"/> or later.</summary>
    public Task<IReadOnlyList<MergedObject>> ReadSinceAsync(DateOnly since, CancellationToken cancellationToken) =>
        ReadAsync($"object_name >= {SqlName.Literal(string.Create(CultureInfo.InvariantCulture, $"{prefix}dimension={dimension.Name}/date={since:yyyy-MM-dd}"))}", cancellationToken);

    /// <summary>The merged rows of objects that were merged since one was last read, some of them repeated; of objects since a day where none was.</summary>
    public Task<IReadOnlyList<MergedObject>> ReadNewAsync(DateOnly since, CancellationToken cancellationToken) => _newest is { } newest
        ? ReadAsync(string.Create(CultureInfo.InvariantCulture, $"merged_at >= '{newest - Overlap:yyyy-MM-dd HH:mm:ss.ffffff}'"), cancellationToken)
        : ReadSinceAsync(since, cancellationToken);

    /// <summary>How many rows of each object are in the table that Snowpipe fills, merged or not.</summary>
    public async Task<IReadOnlyDictionary<string, long>> CountLoadedAsync(IEnumerable<string> objects, CancellationToken cancellationToken)
    {
        var answer = await sql.QueryAsync(
            $"SELECT {LakeFormat.ObjectName}, COUNT(*) FROM {names.Deltas(dimension)} "
            + $"WHERE {LakeFormat.ObjectName} IN ({DimensionSql.List(objects.Select(name => SqlName.Literal(prefix + name)))}) GROUP BY {LakeFormat.ObjectName}",
            [],
            cancellationToken);
        return answer.Rows.ToDictionary(row => row[0]![prefix.Length..], row => long.Parse(row[1]!, CultureInfo.InvariantCulture), StringComparer.Ordinal);
    }

    public async Task<IReadOnlyList<ShardProgress>> ReadProgressAsync(CancellationToken cancellationToken)
    {
        var answer = await sql.QueryAsync(
            $"SELECT shard, recorded_at, row_count, merged_at FROM {names.Watermarks} WHERE dimension = {SqlName.Literal(dimension.Name)} ORDER BY shard", [], cancellationToken);
        return [.. answer.Rows.Select(row => new ShardProgress
        {
            Shard = int.Parse(row[0]!, CultureInfo.InvariantCulture),
            RecordedAt = Time(row[1]!),
            Rows = long.Parse(row[2]!, CultureInfo.InvariantCulture),
            MergedAt = Time(row[3]!),
        })];
    }

    private async Task<IReadOnlyList<MergedObject>> ReadAsync(string condition, CancellationToken cancellationToken)
    {
        var answer = await sql.QueryAsync(
            $"SELECT object_name, row_count, merged_at FROM {names.Loads} WHERE dimension = {SqlName.Literal(dimension.Name)} AND {condition}", [], cancellationToken);
        var merged = new List<MergedObject>(answer.Rows.Count);
        foreach (var row in answer.Rows)
        {
            var at = Time(row[2]!);
            _newest = _newest is { } known && known > at ? known : at;
            if (row[0]!.StartsWith(prefix, StringComparison.Ordinal))
            {
                merged.Add(new(row[0]![prefix.Length..], long.Parse(row[1]!, CultureInfo.InvariantCulture), at));
            }
        }

        return merged;
    }

    private static DateTime Time(string text) =>
        DateTime.Parse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal);
}
