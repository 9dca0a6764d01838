using System.Text;
using System.Text.Json;
using CustomerTrack.Dimensions;
using CustomerTrack.Records;

namespace CustomerTrack.Ingest;

/// <summary>Rejections that are decided after a record was parsed.</summary>
internal static class RejectedRecords
{
    /// <summary>A record older than the lateness horizon of its key.</summary>
    public static RejectedRecord TooLate(DimensionDefinition dimension, in Record record) => new()
    {
        Line = record.Row,
        Row = record.Row,
        Reason = RejectReason.TooLate,
        Column = dimension.Sequence.Column,
        Message = $"The sequence {SequenceText.Format(record.Sequence, dimension.Sequence.Type)} is further behind the newest of its key than the definition's lateness allows.",
        RecordJson = Json(dimension, record),
    };

    // The row was canonicalised already, so it is written back from its columns.
    private static string Json(DimensionDefinition dimension, in Record record)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            var parts = KeyText.Split(record.Key);
            for (var i = 0; i < parts.Length; i++)
            {
                json.WriteString(dimension.Key[i].Name, parts[i]);
            }

            if (dimension.Sequence.Column is { } sequence)
            {
                json.WriteString(sequence, SequenceText.Format(record.Sequence, dimension.Sequence.Type));
            }

            if (dimension.OrdinalColumn is { } ordinal && record.Ordinal != Record.NoOrdinal)
            {
                json.WriteNumber(ordinal, record.Ordinal);
            }

            if (record.Kind == RecordKind.Delete)
            {
                json.WriteString(dimension.Operation!.Column, dimension.Operation.Delete[0]);
            }
            else
            {
                ContentJson.WriteMembers(json, dimension, record.Content.Span);
            }

            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(buffer.ToArray());
    }
}
