using System.Globalization;
using CustomerTrack.Dimensions;
using CustomerTrack.Lake;
using CustomerTrack.Merge;
using CustomerTrack.Verify;

namespace CustomerTrack.Snowflake;

/// <summary>
/// Holds the tables in Snowflake against the embedded ones: the invariants by the same texts, and every column by its count and
/// a sum that both engines compute alike. Personal columns are left out: the reader's role sees them masked.
/// </summary>
public sealed class SnowflakeComparison(ISnowflakeSql sql, SnowflakeOptions options)
{
    private static readonly string[] OnTables = ["repeated_row", "repeated_current"];

    private readonly SnowflakeNames _names = new(options);

    /// <summary>Compares all dimensions once; nothing should be on its way.</summary>
    /// <exception cref="SnowflakeException">Snowflake did not answer, or the user may not read the views.</exception>
    public async Task<IReadOnlyList<Violation>> RunAsync(DuckDbWarehouse warehouse, IDimensionCatalog dimensions, CancellationToken cancellationToken = default)
    {
        var violations = new List<Violation>();
        foreach (var dimension in dimensions.All)
        {
            await CheckAsync(dimension, violations, cancellationToken);
            var tables = new DimensionSql(dimension);
            await CompareAsync(warehouse, dimension, tables, isHistory: true, violations, cancellationToken);
            await CompareAsync(warehouse, dimension, tables, isHistory: false, violations, cancellationToken);
        }

        return violations;
    }

    /// <summary>The columns of a view that are compared, each with an expression that sums it up as a number.</summary>
    internal static IReadOnlyList<(string Column, string Sum)> Sums(DimensionDefinition dimension, bool isHistory)
    {
        var personal = dimension.Pii.ToHashSet(StringComparer.OrdinalIgnoreCase);
        var columns = dimension.Key.Concat(dimension.Columns).Where(column => !personal.Contains(column.Name)).ToList();
        columns.Add(new(LakeFormat.ValidFrom, dimension.Sequence.Type));
        columns.Add(new(LakeFormat.Revision, new(ColumnKind.Int64)));
        if (isHistory)
        {
            columns.Add(new(LakeFormat.ValidTo, dimension.Sequence.Type));
            columns.Add(new(LakeFormat.RecordedAt, new(ColumnKind.Timestamp)));
            columns.Add(new(LakeFormat.SourceRow, new(ColumnKind.Int64)));
        }

        return
        [
            ("rows", "COUNT(*)"),
            .. columns.SelectMany(column => (IEnumerable<(string, string)>)
                [($"{column.Name} (values)", $"COUNT({SqlName.Quote(column.Name)})"), .. Sum(column.Type) is { } sum ? [($"{column.Name} (sum)", string.Format(CultureInfo.InvariantCulture, sum, SqlName.Quote(column.Name)))] : Array.Empty<(string, string)>()]),
        ];
    }

    // Sums of whole numbers only: doubles depend on the order, and engines spell JSON differently.
    private static string? Sum(ColumnType type) => type.Kind switch
    {
        ColumnKind.Text => "SUM(LENGTH({0}))",
        ColumnKind.Int64 or ColumnKind.Decimal => "SUM({0})",
        ColumnKind.Boolean => "SUM(CASE WHEN {0} THEN 1 ELSE 0 END)",
        ColumnKind.Date => "SUM(DATEDIFF('day', CAST('1970-01-01' AS DATE), {0}))",
        ColumnKind.Timestamp => "SUM(DATEDIFF('microsecond', CAST('1970-01-01 00:00:00' AS TIMESTAMP), {0}))",
        _ => null,
    };

    // Masked values are alike where the values differ, and masked keys that are no text are all null.
    private static bool HidesNeighbours(DimensionDefinition dimension) =>
        dimension.SlotOrder.Take(dimension.TrackedCount).Any(column => dimension.Pii.Contains(dimension.Columns[column].Name));

    private static bool HidesKeys(DimensionDefinition dimension) =>
        dimension.Key.Any(column => dimension.Pii.Contains(column.Name) && column.Type.Kind != ColumnKind.Text);

    private async Task CheckAsync(DimensionDefinition dimension, List<Violation> violations, CancellationToken cancellationToken)
    {
        if (HidesKeys(dimension))
        {
            return;
        }

        var checks = new DimensionSql(dimension).Checks(
            _names.History(dimension), _names.Current(dimension), _names.HistoryView(dimension), _names.CurrentView(dimension));
        foreach (var (check, text) in checks.Where(check => !OnTables.Contains(check.Key) && !(check.Key == "equal_neighbours" && HidesNeighbours(dimension))))
        {
            var broken = await sql.QueryAsync(text, [], cancellationToken);
            if (broken.Rows.Count > 0)
            {
                violations.Add(new(dimension.Name, "snowflake " + check, broken.Rows.Count, [.. broken.Rows.Take(3).Select(row => string.Join(" | ", row))]));
            }
        }
    }

    private async Task CompareAsync(
        DuckDbWarehouse warehouse, DimensionDefinition dimension, DimensionSql tables, bool isHistory, List<Violation> violations, CancellationToken cancellationToken)
    {
        var sums = Sums(dimension, isHistory);
        var select = "SELECT " + DimensionSql.List(sums.Select(sum => sum.Sum)) + " FROM ";
        var view = isHistory ? _names.HistoryView(dimension) : _names.CurrentView(dimension);
        var there = (await sql.QueryAsync(select + view, [], cancellationToken)).Rows[0];
        await using var result = await warehouse.QueryAsync(select + SqlName.Quote(isHistory ? tables.Definition.Name + "_history" : tables.Definition.Name), cancellationToken);
        await foreach (var here in result.ReadRowsAsync(cancellationToken))
        {
            var different = new List<string>();
            for (var i = 0; i < sums.Count; i++)
            {
                var (left, right) = (Plain(Convert.ToString(here[i], CultureInfo.InvariantCulture)), Plain(there[i]));
                if (left != right)
                {
                    different.Add($"{sums[i].Column}: {right} in {view}, {left} here");
                }
            }

            if (different.Count > 0)
            {
                violations.Add(new(dimension.Name, isHistory ? "snowflake history_differs" : "snowflake current_differs", different.Count, [.. different.Take(3)]));
            }
        }
    }

    /// <summary>A number without zeros behind its point; "0" for no rows, which sums up to null.</summary>
    private static string Plain(string? number) =>
        string.IsNullOrEmpty(number) ? "0" : number.Contains('.', StringComparison.Ordinal) ? number.TrimEnd('0').TrimEnd('.') : number;
}
