using CustomerTrack.Dimensions;
using CustomerTrack.Records;

namespace CustomerTrack.Detect;

/// <summary>Lays partial records over each other, column by column, in encoded form.</summary>
internal static class PartialContent
{
    /// <summary>Whether some column is not stated.</summary>
    public static bool IsPartial(ReadOnlySpan<byte> content)
    {
        var reader = new ContentReader(new ContentView(content).All);
        while (reader.Read())
        {
            if (reader.IsAbsent)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>
    /// <paramref name="over"/> where it states a column, else <paramref name="under"/> (empty: states nothing). With
    /// <paramref name="complete"/> what neither states is null, otherwise it stays absent.
    /// </summary>
    public static byte[] Overlay(DimensionDefinition dimension, ReadOnlySpan<byte> under, ReadOnlySpan<byte> over, bool complete)
    {
        var writer = new ContentWriter(dimension);
        writer.Begin();
        var upper = new ContentReader(new ContentView(over).All);
        var lower = new ContentReader(under.IsEmpty ? [] : new ContentView(under).All);
        foreach (var column in dimension.SlotOrder)
        {
            upper.Read();
            var hasLower = lower.Read();
            if (!upper.IsAbsent)
            {
                Copy(writer, column, upper);
            }
            else if (hasLower && !lower.IsAbsent)
            {
                Copy(writer, column, lower);
            }
            else if (complete)
            {
                writer.SetNull(column);
            }
        }

        return writer.Finish(literal: true).ToArray();
    }

    private static void Copy(ContentWriter writer, int column, in ContentReader reader)
    {
        if (reader.IsNull)
        {
            writer.SetNull(column);
        }
        else
        {
            writer.SetEncoded(column, reader.Value);
        }
    }
}
