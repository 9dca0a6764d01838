using System.Text.Json;

namespace CustomerTrack.Dimensions;

/// <summary>Reads the member <c>sequence</c>, which has three forms.</summary>
internal static class SequenceReader
{
    public static readonly string[] Members = ["column", "type", "fileName", "arrival"];

    private const string Forms = "{ \"column\": …, \"type\": … }, { \"fileName\": … } or { \"arrival\": true }";
    private const string Types = "int64, timestamp, decimal(p,s) with p <= 18";

    public static SequenceDefinition? Read(DefinitionObject root, DefinitionErrors errors)
    {
        if (root.Get("sequence") is not { } element)
        {
            root.Error("sequence", $"missing, expected {Forms}");
            return null;
        }

        if (DefinitionObject.Open(element, "$.sequence", errors, Members) is not { } sequence)
        {
            return null;
        }

        var sources = (ReadOnlySpan<string>)["column", "fileName", "arrival"];
        var given = 0;
        foreach (var source in sources)
        {
            given += sequence.Has(source) ? 1 : 0;
        }

        if (given != 1)
        {
            root.Error("sequence", $"{given} of column, fileName, arrival found, expected exactly one: {Forms}");
            return null;
        }

        return sequence.Has("column") ? ReadColumn(sequence) : ReadOther(sequence);
    }

    private static SequenceDefinition? ReadColumn(DefinitionObject sequence)
    {
        var column = sequence.RequiredText("column", "the name of a column");
        var text = sequence.RequiredText("type", $"one of {Types}");
        if (column is null || text is null)
        {
            return null;
        }

        if (!ColumnType.TryParse(text, out var type)
            || !(type.Kind is ColumnKind.Int64 or ColumnKind.Timestamp || (type.Kind == ColumnKind.Decimal && type.Precision <= 18)))
        {
            sequence.Error("type", $"'{text}' cannot be a sequence; allowed: {Types}");
            return null;
        }

        return new() { Source = SequenceSource.Column, Type = type, Column = column };
    }

    private static SequenceDefinition? ReadOther(DefinitionObject sequence)
    {
        if (sequence.Has("type"))
        {
            sequence.Error("type", "goes with column only; the other forms know their type");
        }

        if (sequence.Has("arrival"))
        {
            if (sequence.Get("arrival") is { ValueKind: JsonValueKind.True })
            {
                return new() { Source = SequenceSource.Arrival, Type = new(ColumnKind.Timestamp) };
            }

            sequence.Error("arrival", "expected true");
            return null;
        }

        if (sequence.RequiredText("fileName", FileNamePattern.Expected) is not { } text)
        {
            return null;
        }

        if (!FileNamePattern.TryParse(text, out var pattern))
        {
            sequence.Error("fileName", $"'{text}' found, expected {FileNamePattern.Expected}");
            return null;
        }

        return new() { Source = SequenceSource.FileName, Type = pattern.Type, FileNamePattern = text };
    }
}
