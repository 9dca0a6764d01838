using CustomerTrack.Dimensions;
using CustomerTrack.Records;

namespace CustomerTrack.Naive;

/// <summary>Between the tests' strings and encoded contents.</summary>
public static class SaidEncoding
{
    public const string Key = "7";

    public static byte[] Content(DimensionDefinition dimension, Said said)
    {
        if (said.IsDelete)
        {
            return [];
        }

        var writer = new ContentWriter(dimension);
        writer.Begin();
        for (var i = 0; i < said.Values.Length; i++)
        {
            if (said.Values[i] is null)
            {
                writer.SetNull(i);
            }
            else if (said.Values[i] != Said.Absent)
            {
                writer.SetText(i, said.Values[i]);
            }
        }

        return writer.Finish().ToArray();
    }

    public static Record Record(DimensionDefinition dimension, Said said, string key = Key) => new()
    {
        Key = key,
        Sequence = said.Sequence,
        Ordinal = dimension.OrdinalColumn is null ? Records.Record.NoOrdinal : said.Ordinal,
        Kind = said.IsDelete ? RecordKind.Delete : RecordKind.Upsert,
        Content = Content(dimension, said),
        File = said.File,
        Row = said.Row,
    };

    public static NaiveRow Row(DimensionDefinition dimension, Delta delta)
    {
        if (delta.State == RowState.Deleted)
        {
            return new NaiveRow(delta.ValidFrom, delta.ValidTo, null);
        }

        var values = new string?[dimension.Columns.Count];
        var reader = new ContentReader(new ContentView(delta.Content.Span).All);
        foreach (var column in dimension.SlotOrder)
        {
            if (!reader.Read() || reader.IsAbsent)
            {
                throw new InvalidDataException($"The delta does not state the column '{dimension.Columns[column].Name}'; a delta states every column.");
            }

            values[column] = reader.IsNull ? null : reader.Text;
        }

        return new NaiveRow(delta.ValidFrom, delta.ValidTo, values);
    }
}
