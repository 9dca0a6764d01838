using CustomerTrack.Dimensions;
using CustomerTrack.Merge;
using DuckDB.NET.Data;

namespace CustomerTrack.Load;

/// <summary>Makes a dimension's tables, or fits existing ones to a definition that gained columns.</summary>
internal static class TableShape
{
    /// <exception cref="WarehouseException">The key, the sequence or a column's type is not what the tables were made with.</exception>
    public static void Ensure(DuckDBConnection connection, DimensionTables tables)
    {
        var dimension = tables.Definition;
        var key = string.Join(", ", dimension.Key.Select(column => $"{column.Name} {column.Type}"));
        var sequence = dimension.Sequence.Type.ToString();
        var known = connection.Query(
            $"SELECT key_columns, sequence_type FROM ct.dimensions WHERE name = {SqlName.Literal(dimension.Name)}",
            reader => (Key: reader.GetString(0), Sequence: reader.GetString(1)));
        if (known.Count == 0)
        {
            connection.Execute($"INSERT INTO ct.dimensions VALUES ({SqlName.Literal(dimension.Name)}, {SqlName.Literal(key)}, {SqlName.Literal(sequence)})");
            connection.Execute(tables.CreateTables);
        }
        else
        {
            Refuse(dimension, "the key", known[0].Key, key);
            Refuse(dimension, "the sequence", known[0].Sequence, sequence);
            AddColumns(connection, dimension);
        }

        connection.Execute(connection.Scalar<bool>($"SELECT EXISTS (FROM {tables.Deltas})") ? tables.ReadOverlaid : tables.ReadMerged);
        connection.Execute(tables.CreateViews);
    }

    private static void AddColumns(DuckDBConnection connection, DimensionDefinition dimension)
    {
        foreach (var suffix in (ReadOnlySpan<string>)["_history", "_deltas", "_current"])
        {
            var table = dimension.Name + suffix;
            var types = connection.Query(
                $"SELECT column_name, data_type FROM duckdb_columns() WHERE schema_name = 'ct' AND table_name = {SqlName.Literal(table)}",
                reader => (Name: reader.GetString(0), Type: reader.GetString(1))).ToDictionary(column => column.Name, column => column.Type, StringComparer.OrdinalIgnoreCase);
            foreach (var column in dimension.Columns)
            {
                var wanted = DuckDbColumns.TypeName(column.Type);
                if (types.TryGetValue(column.Name, out var existing))
                {
                    Refuse(dimension, $"column '{column.Name}'", existing, wanted);
                }
                else
                {
                    connection.Execute($"ALTER TABLE ct.{SqlName.Quote(table)} ADD COLUMN {SqlName.Quote(column.Name)} {wanted}");
                }
            }
        }
    }

    private static void Refuse(DimensionDefinition dimension, string what, string existing, string wanted)
    {
        if (existing != wanted)
        {
            throw new WarehouseException(
                $"Dimension '{dimension.Name}': {what} is {wanted} in the definition, but the warehouse was made with {existing}. Restore the definition, or rebuild into a new data folder.");
        }
    }
}
