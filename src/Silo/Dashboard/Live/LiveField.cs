using System.Buffers;
using System.Text;
using System.Text.Json;
using CustomerTrack.Api;
using CustomerTrack.Live;
using CustomerTrack.Records;

namespace CustomerTrack.Dashboard.Live;

/// <summary>A column that differs, as it is shown; null is null.</summary>
internal sealed record LiveField(string Name, string? Old, string? New)
{
    /// <param name="isHidden">Asterisks stand for the values.</param>
    public static LiveField Of(FieldChange field, bool isHidden) => new(field.Column.Name, Text(field, field.Old, isHidden), Text(field, field.New, isHidden));

    private static string? Text(FieldChange field, ReadOnlyMemory<byte>? value, bool isHidden)
    {
        if (value is not { } stated || isHidden)
        {
            return value is null ? null : ChangeJson.Hidden;
        }

        var buffer = new ArrayBufferWriter<byte>(64);
        using (var json = new Utf8JsonWriter(buffer))
        {
            ContentJson.WriteValue(json, field.Column.Type, stated.Span);
        }

        var reader = new Utf8JsonReader(buffer.WrittenSpan);
        reader.Read();
        return reader.TokenType == JsonTokenType.String ? reader.GetString() : Encoding.UTF8.GetString(buffer.WrittenSpan);
    }
}
