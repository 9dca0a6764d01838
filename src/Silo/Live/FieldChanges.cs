using CustomerTrack.Dimensions;
using CustomerTrack.Records;

namespace CustomerTrack.Live;

/// <summary>Compares two contents column by column. Values have one canonical encoding, so what differs in bytes differs in value.</summary>
internal static class FieldChanges
{
    /// <param name="before">What was said before; empty for nothing.</param>
    /// <param name="after">What is said now; empty for nothing.</param>
    public static IReadOnlyList<FieldChange> Between(DimensionDefinition dimension, ReadOnlyMemory<byte> before, ReadOnlyMemory<byte> after)
    {
        var old = Values(dimension, before);
        var now = Values(dimension, after);
        var fields = new List<FieldChange>();
        for (var i = 0; i < dimension.Columns.Count; i++)
        {
            if (old[i].HasValue != now[i].HasValue || (old[i] is { } left && now[i] is { } right && !left.Span.SequenceEqual(right.Span)))
            {
                fields.Add(new(dimension.Columns[i], old[i], now[i]));
            }
        }

        return fields;
    }

    private static ReadOnlyMemory<byte>?[] Values(DimensionDefinition dimension, ReadOnlyMemory<byte> content)
    {
        var values = new ReadOnlyMemory<byte>?[dimension.Columns.Count];
        if (content.IsEmpty)
        {
            return values;
        }

        var reader = new ContentReader(new ContentView(content.Span).All);
        foreach (var column in dimension.SlotOrder)
        {
            if (!reader.Read())
            {
                throw new InvalidDataException("A content has fewer columns than its dimension.");
            }

            values[column] = reader.IsNull ? (ReadOnlyMemory<byte>?)null : reader.Value.ToArray();
        }

        return values;
    }
}
