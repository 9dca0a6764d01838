using System.Text.Json;
using CustomerTrack.Audit;
using CustomerTrack.Dimensions;
using CustomerTrack.Live;
using CustomerTrack.Records;

namespace CustomerTrack.Api;

/// <summary>A change as the API shows it: names as in the history table, values as in its versions.</summary>
internal static class ChangeJson
{
    /// <summary>What stands for a personal value; null stays null.</summary>
    public const string Hidden = "***";

    /// <param name="isMasked">Personal values are hidden; a personal key is shown as its hash, so that its changes still belong together.</param>
    public static void WriteMembers(Utf8JsonWriter json, Change change, bool isMasked, KeyHash keys)
    {
        var dimension = change.Dimension;
        json.WriteString("dimension", dimension.Name);
        json.WriteString("key", KeyOf(change, isMasked, keys));
        json.WriteString("operation", NameOf(change.Operation));
        VersionJson.WriteSequence(json, "valid_from", change.ValidFrom, dimension.Sequence.Type);
        VersionJson.WriteSequence(json, "valid_to", change.ValidTo, dimension.Sequence.Type);
        json.WriteNumber("revision", change.Revision);
        json.WriteString("recorded_at", SequenceText.ToDateTime(change.RecordedAt));
        json.WriteString("source_file", change.SourceFile);
        json.WriteNumber("source_row", change.SourceRow);
        json.WriteStartArray("fields");
        foreach (var field in change.Fields)
        {
            var isHidden = isMasked && dimension.Pii.Contains(field.Column.Name);
            json.WriteStartObject();
            json.WriteString("name", field.Column.Name);
            Write(json, "old", field.Column, field.Old, isHidden);
            Write(json, "new", field.Column, field.New, isHidden);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    /// <summary>The key as a caller may see it.</summary>
    public static string KeyOf(Change change, bool isMasked, KeyHash keys) =>
        isMasked && change.Dimension.Key.Any(column => change.Dimension.Pii.Contains(column.Name)) ? keys.Of(change.Dimension.Name, change.Key) : change.Key;

    /// <summary>The operation as the API spells it.</summary>
    public static string NameOf(ChangeOperation operation) => operation switch
    {
        ChangeOperation.Insert => "insert",
        ChangeOperation.Update => "update",
        ChangeOperation.Delete => "delete",
        ChangeOperation.Restate => "restate",
        ChangeOperation.Retract => "retract",
        ChangeOperation.Move => "move",
        _ => throw new ArgumentOutOfRangeException(nameof(operation), operation, null),
    };

    private static void Write(Utf8JsonWriter json, string name, Column column, ReadOnlyMemory<byte>? value, bool isHidden)
    {
        json.WritePropertyName(name);
        if (value is not { } stated)
        {
            json.WriteNullValue();
        }
        else if (isHidden)
        {
            json.WriteStringValue(Hidden);
        }
        else
        {
            ContentJson.WriteValue(json, column.Type, stated.Span);
        }
    }
}
