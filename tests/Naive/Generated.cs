using CsCheck;
using CustomerTrack.Dimensions;

namespace CustomerTrack.Naive;

/// <summary>Generated dimensions and histories: 20 % deletes, 15 % duplicates, 25 % nulls, ties, partial records.</summary>
public static class Generated
{
    public static readonly Gen<DimensionDefinition> Dimension =
        Gen.Select(Gen.Bool, Gen.Bool, Gen.Bool, (ordinal, partial, keepNull) => Define(ordinal, partial, partial && keepNull));

    private static readonly Gen<string?> Value = Gen.Frequency(
        (25, Gen.Const((string?)null)), (20, Gen.Const((string?)Said.Absent)), (55, Gen.OneOf(Gen.Const((string?)""), Gen.Const((string?)"a"), Gen.Const((string?)"b"), Gen.Const((string?)"c"))));

    private static readonly Gen<Said> Record = Gen.Select(
        Gen.Long[0, 25], Gen.Long[0, 3], Gen.Int[0, 99], Value.Array[5],
        (sequence, ordinal, percent, values) => new Said(sequence, ordinal, percent < 20, values));

    /// <summary>Up to 40 records in up to 8 files; a duplicate is a copy of an earlier record, in the same or another file.</summary>
    public static readonly Gen<Said[]> History = Gen.Select(
        Record.Array[1, 40], Gen.Int[1, 8], Gen.Int.Array[40], Gen.Int[0, 99].Array[40],
        (records, files, draw, percent) => InFiles(
            [.. records.Select((r, i) => i > 0 && percent[i] < 15 ? records[(draw[i] & int.MaxValue) % i] : r)],
            i => 1 + ((draw[i] >>> 8) % files)));

    public static DimensionDefinition Define(bool ordinal, bool partial, bool keepNull, long? lateness = null) => new()
    {
        Name = "generated",
        Key = [new Column("id", new(ColumnKind.Text))],
        Sequence = new SequenceDefinition { Source = SequenceSource.Column, Column = "seq", Type = new(ColumnKind.Int64) },
        OrdinalColumn = ordinal ? "ord" : null,
        KeepMissing = partial,
        KeepNull = keepNull,
        Lateness = lateness,
        Columns =
        [
            new Column("name", new(ColumnKind.Text)),
            new Column("points", new(ColumnKind.Text), HistoryMode.Latest),
            new Column("mail", new(ColumnKind.Text)),
            new Column("born", new(ColumnKind.Text), HistoryMode.Overwrite),
            new Column("seen", new(ColumnKind.Text), HistoryMode.Latest),
        ],
    };

    /// <summary>Numbers the rows of each file in the order of the records.</summary>
    public static Said[] InFiles(Said[] records, Func<int, int> fileOf)
    {
        var rows = new Dictionary<int, int>();
        return [.. records.Select((r, i) =>
        {
            var file = fileOf(i);
            rows[file] = rows.GetValueOrDefault(file) + 1;
            return r with { File = file, Row = rows[file] };
        })];
    }
}
