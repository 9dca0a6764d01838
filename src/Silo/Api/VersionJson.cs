using System.Text.Json;
using CustomerTrack.Dimensions;
using CustomerTrack.Records;

namespace CustomerTrack.Api;

/// <summary>A version as the API shows it: the columns of the history table, under the same names.</summary>
internal static class VersionJson
{
    public static void Write(Utf8JsonWriter json, DimensionDefinition dimension, Delta version, string sourceFile)
    {
        json.WriteStartObject();
        var parts = KeyText.Split(version.Key);
        for (var i = 0; i < parts.Length; i++)
        {
            json.WritePropertyName(dimension.Key[i].Name);
            if (dimension.Key[i].Type.Kind is ColumnKind.Int64 or ColumnKind.Decimal)
            {
                json.WriteRawValue(parts[i]);
            }
            else
            {
                json.WriteStringValue(parts[i]);
            }
        }

        ContentJson.WriteMembers(json, dimension, version.Content.Span);
        WriteSequence(json, "valid_from", version.ValidFrom, dimension.Sequence.Type);
        WriteSequence(json, "valid_to", version.ValidTo, dimension.Sequence.Type);
        json.WriteBoolean("is_current", version.ValidTo is null);
        json.WriteNumber("revision", version.Revision);
        json.WriteString("recorded_at", SequenceText.ToDateTime(version.RecordedAt));
        json.WriteString("source_file", sourceFile);
        json.WriteNumber("source_row", version.Row);
        json.WriteEndObject();
    }

    internal static void WriteSequence(Utf8JsonWriter json, string name, long? sequence, ColumnType type)
    {
        json.WritePropertyName(name);
        if (sequence is not { } value)
        {
            json.WriteNullValue();
        }
        else if (type.Kind == ColumnKind.Timestamp)
        {
            json.WriteStringValue(SequenceText.Format(value, type));
        }
        else
        {
            json.WriteRawValue(SequenceText.Format(value, type));
        }
    }
}
