using System.Text.Json;
using CustomerTrack.Dimensions;

namespace CustomerTrack.Records;

/// <summary>Writes the columns of a content as JSON.</summary>
public static class ContentJson
{
    /// <summary>
    /// Writes the columns as members, in the definition's order; absent columns are left out. Decimals are numbers with all
    /// their digits, dates and timestamps ISO 8601 texts, json columns JSON values.
    /// </summary>
    public static void WriteMembers(Utf8JsonWriter json, DimensionDefinition dimension, ReadOnlySpan<byte> content)
    {
        var reader = new ContentReader(new ContentView(content).All);
        var values = new (int Start, int Length, bool IsNull, bool IsAbsent)[dimension.Columns.Count];
        var all = new ContentView(content).All;
        foreach (var column in dimension.SlotOrder)
        {
            if (!reader.Read())
            {
                throw new InvalidDataException("A content has fewer columns than its dimension.");
            }

            var start = reader.IsNull ? 0 : (int)System.Runtime.CompilerServices.Unsafe.ByteOffset(
                ref System.Runtime.InteropServices.MemoryMarshal.GetReference(all),
                ref System.Runtime.InteropServices.MemoryMarshal.GetReference(reader.Value));
            values[column] = (start, reader.Value.Length, reader.IsNull, reader.IsAbsent);
        }

        for (var i = 0; i < values.Length; i++)
        {
            var (start, length, isNull, isAbsent) = values[i];
            if (isAbsent)
            {
                continue;
            }

            json.WritePropertyName(dimension.Columns[i].Name);
            if (isNull)
            {
                json.WriteNullValue();
            }
            else
            {
                WriteValue(json, dimension.Columns[i].Type, all.Slice(start, length));
            }
        }
    }

    /// <summary>Writes one value, as <see cref="WriteMembers"/> does.</summary>
    public static void WriteValue(Utf8JsonWriter json, ColumnType type, ReadOnlySpan<byte> value)
    {
        var position = 0;
        switch (type.Kind)
        {
            case ColumnKind.Text:
                json.WriteStringValue(value);
                break;
            case ColumnKind.Json:
                json.WriteRawValue(value);
                break;
            case ColumnKind.Int64:
                json.WriteNumberValue(Varint.ReadSigned(value, ref position));
                break;
            case ColumnKind.Decimal:
                json.WriteRawValue(DecimalText.Format(Varint.ReadSigned128(value, ref position), type.Scale));
                break;
            case ColumnKind.Double:
                var number = System.Buffers.Binary.BinaryPrimitives.ReadDoubleLittleEndian(value);
                if (double.IsFinite(number))
                {
                    json.WriteNumberValue(number);
                }
                else
                {
                    json.WriteStringValue(number.ToString(System.Globalization.CultureInfo.InvariantCulture));
                }

                break;
            case ColumnKind.Boolean:
                json.WriteBooleanValue(value[0] != 0);
                break;
            case ColumnKind.Date:
                json.WriteStringValue(DateOnly.FromDateTime(DateTime.UnixEpoch).AddDays((int)Varint.ReadSigned(value, ref position))
                    .ToString("O", System.Globalization.CultureInfo.InvariantCulture));
                break;
            case ColumnKind.Timestamp:
                json.WriteStringValue(SequenceText.Format(Varint.ReadSigned(value, ref position), type));
                break;
            default:
                throw new ArgumentOutOfRangeException(nameof(type), type, null);
        }
    }
}
