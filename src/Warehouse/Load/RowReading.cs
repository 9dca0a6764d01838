using System.Globalization;
using CustomerTrack.Dimensions;
using CustomerTrack.Lake;
using CustomerTrack.Merge;
using CustomerTrack.Records;
using DuckDB.NET.Data;

namespace CustomerTrack.Load;

/// <summary>Reads rows of a dimension's tables back into the deltas they came from. Not thread-safe.</summary>
internal sealed class RowReading(DimensionDefinition dimension)
{
    private readonly ContentWriter _content = new(dimension);

    /// <summary>What to select, in the order <see cref="Read"/> expects; columns are those of <paramref name="table"/>.</summary>
    public string Columns(string table) => DimensionSql.List(
    [
        .. dimension.Key.Select(column => Value(table, column.Name, column.Type)),
        Value(table, LakeFormat.ValidFrom, dimension.Sequence.Type),
        Value(table, LakeFormat.ValidTo, dimension.Sequence.Type),
        .. dimension.Columns.Select(column => Value(table, column.Name, column.Type)),
        $"{table}.{LakeFormat.IsDeleted}",
        $"{table}.{LakeFormat.IsRetracted}",
        $"{table}.{LakeFormat.Revision}",
        $"epoch_us({table}.{LakeFormat.RecordedAt})",
        $"{table}.{LakeFormat.SourceFile}",
        $"{table}.{LakeFormat.SourceRow}",
    ]);

    /// <summary>The row the reader is at; its file is in the name.</summary>
    public (Delta Row, string? SourceFile) Read(DuckDBDataReader reader)
    {
        var at = dimension.Key.Count;
        var validFrom = Sequence(reader, at++);
        long? validTo = reader.IsDBNull(at) ? null : Sequence(reader, at);
        at++;
        var data = at;
        at += dimension.Columns.Count;
        var state = reader.GetBoolean(at) ? RowState.Deleted : reader.GetBoolean(at + 1) ? RowState.Retracted : RowState.Version;
        var row = new Delta
        {
            Key = KeyText.Join([.. dimension.Key.Select((column, i) => KeyPart(reader, i, column.Type))]),
            ValidFrom = validFrom,
            ValidTo = validTo,
            State = state,
            Revision = reader.GetInt64(at + 2),
            RecordedAt = reader.GetInt64(at + 3),
            Content = state == RowState.Version ? Content(reader, data) : ReadOnlyMemory<byte>.Empty,
            File = 0,
            Row = reader.GetInt64(at + 5),
        };
        return (row, reader.IsDBNull(at + 4) ? null : reader.GetString(at + 4));
    }

    // Decimals as text: DuckDB's go further than .NET's. Dates as days, which need no calendar.
    private static string Value(string table, string name, ColumnType type)
    {
        var column = $"{table}.{SqlName.Quote(name)}";
        return type.Kind switch
        {
            ColumnKind.Decimal or ColumnKind.Json => $"{column}::VARCHAR",
            ColumnKind.Date => $"({column} - DATE '1970-01-01')::BIGINT",
            ColumnKind.Timestamp => $"epoch_us({column})",
            _ => column,
        };
    }

    private static string KeyPart(DuckDBDataReader reader, int at, ColumnType type) => type.Kind switch
    {
        ColumnKind.Int64 => reader.GetInt64(at).ToString(CultureInfo.InvariantCulture),
        ColumnKind.Boolean => reader.GetBoolean(at) ? "true" : "false",
        ColumnKind.Date => Date(reader.GetInt64(at)).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
        ColumnKind.Timestamp => SequenceText.Format(reader.GetInt64(at), type),
        _ => reader.GetString(at),
    };

    private static DateOnly Date(long days) => DateOnly.FromDateTime(DateTime.UnixEpoch).AddDays((int)days);

    private long Sequence(DuckDBDataReader reader, int at) => dimension.Sequence.Type.Kind == ColumnKind.Decimal
        ? SequenceText.TryParse(reader.GetString(at), dimension.Sequence.Type, out var sequence)
            ? sequence
            : throw new InvalidDataException($"Dimension '{dimension.Name}': '{reader.GetString(at)}' is no sequence.")
        : reader.GetInt64(at);

    private byte[] Content(DuckDBDataReader reader, int first)
    {
        _content.Begin();
        for (var i = 0; i < dimension.Columns.Count; i++)
        {
            if (reader.IsDBNull(first + i))
            {
                _content.SetNull(i);
            }
            else
            {
                Set(reader, first + i, i, dimension.Columns[i].Type);
            }
        }

        return _content.Finish(literal: true).ToArray();
    }

    private void Set(DuckDBDataReader reader, int at, int column, ColumnType type)
    {
        switch (type.Kind)
        {
            case ColumnKind.Int64 or ColumnKind.Timestamp or ColumnKind.Date:
                _content.SetInt64(column, reader.GetInt64(at));
                break;
            case ColumnKind.Decimal:
                _content.SetDecimal(column, DecimalText.TryParse(reader.GetString(at), type, out var unscaled)
                    ? unscaled
                    : throw new InvalidDataException($"Dimension '{dimension.Name}': '{reader.GetString(at)}' does not fit column '{dimension.Columns[column].Name}'."));
                break;
            case ColumnKind.Double:
                _content.SetDouble(column, reader.GetDouble(at));
                break;
            case ColumnKind.Boolean:
                _content.SetBoolean(column, reader.GetBoolean(at));
                break;
            default:
                _content.SetText(column, reader.GetString(at));
                break;
        }
    }
}
