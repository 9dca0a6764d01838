using CustomerTrack.Dimensions;
using CustomerTrack.S3;

namespace CustomerTrack.Snowflake.Tests;

/// <summary>Scripts of dimensions that are hard to write SQL for.</summary>
internal static class Scripts
{
    public static readonly ColumnType Text = new(ColumnKind.Text);
    public static readonly ColumnType Int64 = new(ColumnKind.Int64);
    public static readonly ColumnType Timestamp = new(ColumnKind.Timestamp);

    /// <summary>Two key columns, a timestamp for a sequence, a reserved word for a column.</summary>
    public static DimensionDefinition Member { get; } = new()
    {
        Name = "member",
        Key = [new("club", Text), new("number", Int64)],
        Sequence = new() { Source = SequenceSource.Column, Type = Timestamp, Column = "at" },
        Columns = [new("name", Text), new("points", Int64, HistoryMode.Latest), new("order", Timestamp)],
    };

    /// <summary>Every type as key and as data, all of it personal; names in upper case, reserved, or those that the loading itself uses.</summary>
    public static DimensionDefinition Nasty { get; } = new()
    {
        Name = "table",
        Key =
        [
            new("order", Text), new("Group", Int64), new("k_decimal", new(ColumnKind.Decimal, 38, 10)), new("k_boolean", new(ColumnKind.Boolean)),
            new("k_date", new(ColumnKind.Date)), new("k_timestamp", Timestamp),
        ],
        Sequence = new() { Source = SequenceSource.Column, Type = new(ColumnKind.Decimal, 18, 6), Column = "seq" },
        Columns =
        [
            new("SELECT", Text), new("from", Int64), new("Mixed_Case", new(ColumnKind.Decimal, 12, 2)), new("d_double", new(ColumnKind.Double)), new("where", new(ColumnKind.Boolean)),
            new("_date", new(ColumnKind.Date)), new("values", Timestamp), new("qualify", new(ColumnKind.Json)), new("object_name", Text), new("Loaded_At", Timestamp), new("t", Text), new("s", Text), new("val", Text),
        ],
        Pii = new HashSet<string> { "order", "Group", "k_decimal", "k_boolean", "k_date", "k_timestamp", "SELECT", "from", "Mixed_Case", "d_double", "where", "_date", "values", "qualify" },
    };

    /// <summary>Four hundred columns.</summary>
    public static DimensionDefinition Wide { get; } = new()
    {
        Name = "w" + new string('w', 62),
        Key = [new("k", Text)],
        Sequence = new() { Source = SequenceSource.Arrival, Type = Timestamp },
        Columns = [.. Enumerable.Range(0, 400).Select(i => new Column("c" + i, Text))],
    };

    /// <summary>Nothing but a key.</summary>
    public static DimensionDefinition Bare { get; } = new()
    {
        Name = "bare",
        Key = [new("k", Int64)],
        Sequence = new() { Source = SequenceSource.Column, Type = Int64, Column = "seq" },
        Columns = [],
    };

    public static DimensionCatalog All { get; } = new([Member, Nasty, Wide, Bare]);

    public static SnowflakeOptions Options(bool masking = true) => new() { StorageRoleArn = "arn:aws:iam::001234567890:role/customertrack-lake", Masking = masking };

    public static S3Options S3 { get; } = new() { Bucket = "my-bucket" };

    public static SnowflakeScripts Of(params DimensionDefinition[] dimensions) => new(new DimensionCatalog(dimensions), Options(), S3);

    /// <summary>The statement between <c>$$</c> and <c>$$</c>, as statements; the block around them is left out, and its variable is written out.</summary>
    public static IReadOnlyList<string> Body(string procedure)
    {
        var start = procedure.IndexOf("$$", StringComparison.Ordinal) + 2;
        var text = procedure[start..procedure.LastIndexOf("$$", StringComparison.Ordinal)];
        text = text[(text.IndexOf("BEGIN", StringComparison.Ordinal) + 5)..text.LastIndexOf("EXCEPTION", StringComparison.Ordinal)];
        return SqlStatements.Split(text.Replace(":taken_at", "SYSDATE()::TIMESTAMP_NTZ(6)", StringComparison.Ordinal));
    }
}
