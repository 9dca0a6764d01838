using System.Text;
using System.Text.Json;
using CustomerTrack.Dimensions;

namespace CustomerTrack.Tests;

public sealed class DimensionReaderTests
{
    private const string Smallest = """
        { "name": "customer", "key": ["id"], "sequence": { "column": "at", "type": "timestamp" }, "columns": { "city": { "type": "text" } } }
        """;

    [Fact]
    public void The_smallest_definition_takes_all_defaults()
    {
        var dimension = Parse(Smallest);

        Assert.Equal("customer", dimension.Name);
        Assert.Equal([new Column("id", new(ColumnKind.Text))], dimension.Key);
        Assert.Equal([new Column("city", new(ColumnKind.Text))], dimension.Columns);
        Assert.Equal(SequenceSource.Column, dimension.Sequence.Source);
        Assert.Equal(TimeSpan.FromMinutes(5), dimension.MaxFutureSkew);
        Assert.Null(dimension.OrdinalColumn);
        Assert.Null(dimension.Operation);
        Assert.Null(dimension.Lateness);
        Assert.False(dimension.KeepMissing);
        Assert.False(dimension.KeepNull);
        Assert.Equal(UnknownColumns.Ignore, dimension.UnknownColumns);
    }

    [Fact]
    public void Every_member_is_read()
    {
        var dimension = Parse("""
            {
              "$schema": "./dimension.schema.json", "name": "account", "key": ["bank", "no"],
              "sequence": { "column": "seq", "type": "decimal(10,2)" }, "ordinal": "line",
              "operation": { "column": "op", "delete": ["d"], "truncate": ["t"], "erase": ["e"] },
              "missing": "keep", "null": "keep",
              "columns": { "no": { "type": "int64" }, "a": { "type": "decimal(12,2)" }, "b": { "type": "date", "history": "latest" }, "c": { "type": "json", "history": "overwrite" } },
              "pii": ["no", "a"], "lateness": 1.5, "unknownColumns": "reject"
            }
            """);

        Assert.Equal([new Column("bank", new(ColumnKind.Text)), new Column("no", new(ColumnKind.Int64))], dimension.Key);
        Assert.Equal(["a", "b", "c"], dimension.Columns.Select(column => column.Name));
        Assert.Equal([HistoryMode.Track, HistoryMode.Latest, HistoryMode.Overwrite], dimension.Columns.Select(column => column.History));
        Assert.Equal("line", dimension.OrdinalColumn);
        Assert.Equal("d t e", string.Join(' ', dimension.Operation!.Delete.Concat(dimension.Operation.Truncate).Concat(dimension.Operation.Erase)));
        Assert.True(dimension.KeepMissing && dimension.KeepNull);
        Assert.Equal(150, dimension.Lateness);
        Assert.Equal(UnknownColumns.Reject, dimension.UnknownColumns);
        Assert.Equal(["a", "no"], dimension.Pii.Order());
    }

    [Theory]
    [InlineData("""{ "fileName": "customer_(yyyyMMddHHmmss)" }""", SequenceSource.FileName, ColumnKind.Timestamp)]
    [InlineData("""{ "fileName": "batch-(number)" }""", SequenceSource.FileName, ColumnKind.Int64)]
    [InlineData("""{ "arrival": true }""", SequenceSource.Arrival, ColumnKind.Timestamp)]
    [InlineData("""{ "column": "n", "type": "int64" }""", SequenceSource.Column, ColumnKind.Int64)]
    public void A_sequence_has_three_forms(string json, SequenceSource source, ColumnKind kind)
    {
        var sequence = Parse(Smallest.Replace("""{ "column": "at", "type": "timestamp" }""", json, StringComparison.Ordinal)).Sequence;

        Assert.Equal((source, kind), (sequence.Source, sequence.Type.Kind));
    }

    [Theory]
    [InlineData("7d", 7 * 86_400_000_000L)]
    [InlineData("36h", 36 * 3_600_000_000L)]
    [InlineData("15m", 900_000_000L)]
    [InlineData("30s", 30_000_000L)]
    [InlineData("250ms", 250_000L)]
    public void Lateness_of_times_is_a_duration(string text, long microseconds) =>
        Assert.Equal(microseconds, Parse(With($"\"lateness\": \"{text}\"")).Lateness);

    [Theory]
    [InlineData("\"name\": \"Customer\"", "$.name: 'Customer' found, expected a lower case name")]
    [InlineData("\"key\": []", "$.key: empty")]
    [InlineData("\"key\": [\"a\", \"a\"]", "$.key[1]: 'a' stands twice")]
    [InlineData("\"key\": [\"valid_from\"]", "$.key: 'valid_from' is a column that the tables have already")]
    [InlineData("\"key\": \"id\"", "$.key: 'id' found, expected an array")]
    [InlineData("\"key\": [\"at\"]", "$.sequence.column: 'at' is already used by key")]
    [InlineData("\"sequence\": { \"column\": \"at\", \"type\": \"text\" }", "$.sequence.type: 'text' cannot be a sequence; allowed: int64, timestamp, decimal(p,s) with p <= 18")]
    [InlineData("\"sequence\": { \"column\": \"at\", \"type\": \"decimal(19,0)\" }", "$.sequence.type: 'decimal(19,0)' cannot be a sequence")]
    [InlineData("\"sequence\": { \"column\": \"at\" }", "$.sequence.type: missing")]
    [InlineData("\"sequence\": { \"arrival\": false }", "$.sequence.arrival: expected true")]
    [InlineData("\"sequence\": { \"arrival\": true, \"column\": \"a\" }", "$.sequence: 2 of column, fileName, arrival found")]
    [InlineData("\"sequence\": { \"fileName\": \"customer_(yyyy)\" }", "$.sequence.fileName: 'customer_(yyyy)' found, expected a name with one group")]
    [InlineData("\"sequence\": { \"fileName\": \"a\", \"type\": \"int64\" }", "$.sequence.type: goes with column only")]
    [InlineData("\"ordinal\": 3", "$.ordinal: 3 found")]
    [InlineData("\"ordinal\": \"at\"", "$.ordinal: 'at' is already used by sequence.column")]
    [InlineData("\"operation\": { \"delete\": [\"d\"] }", "$.operation.column: missing")]
    [InlineData("\"operation\": { \"column\": \"op\", \"delete\": [\"d\"], \"erase\": [\"d\"] }", "$.operation.erase: 'd' is in delete already")]
    [InlineData("\"operation\": { \"column\": \"op\", \"delete\": [\"u\"] }", "$.operation.delete: 'u' always means an upsert")]
    [InlineData("\"missing\": \"drop\"", "$.missing: 'drop' found, expected 'null' or 'keep'")]
    [InlineData("\"null\": \"keep\"", "$.null: 'keep' needs \"missing\": \"keep\"")]
    [InlineData("\"columns\": { \"born\": { \"type\": \"datetime\" } }", "$.columns.born.type: 'datetime' is not a type; allowed: text, int64, decimal(p,s)")]
    [InlineData("\"columns\": { \"price\": { \"type\": \"decimal(39,2)\" } }", "$.columns.price.type: 'decimal(39,2)' is not a type")]
    [InlineData("\"columns\": { \"revision\": { \"type\": \"text\" } }", "$.columns.revision: 'revision' is a column that the tables have already")]
    [InlineData("\"columns\": { \"a\": { \"type\": \"text\" }, \"A\": { \"type\": \"text\" } }", "$.columns.A: differs from 'a' only in case")]
    [InlineData("\"columns\": { \"a b\": { \"type\": \"text\" } }", "$.columns.a b: 'a b' is not a column name")]
    [InlineData("\"columns\": { \"a\": { \"type\": \"text\", \"history\": \"scd2\" } }", "$.columns.a.history: 'scd2' found, expected 'track' or 'latest' or 'overwrite'")]
    [InlineData("\"columns\": { \"a\": { \"type\": \"text\", \"histroy\": \"latest\" } }", "$.columns.a.histroy: unknown member; allowed: type, history")]
    [InlineData("\"columns\": { \"id\": { \"type\": \"text\", \"history\": \"track\" } }", "$.columns.id.history: a key column has no history")]
    [InlineData("\"columns\": { \"id\": { \"type\": \"double\" } }", "$.columns.id.type: 'double' cannot be a key")]
    [InlineData("\"pii\": [\"nick\"]", "$.pii: 'nick' is neither a key column nor in columns")]
    [InlineData("\"lateness\": \"P7D\"", "$.lateness: 'P7D' found, expected a whole number with a unit")]
    [InlineData("\"lateness\": 7", "$.lateness: 7 found, expected a whole number with a unit")]
    [InlineData("\"maxFutureSkew\": \"soon\"", "$.maxFutureSkew: 'soon' found")]
    [InlineData("\"unknownColumns\": \"drop\"", "$.unknownColumns: 'drop' found")]
    [InlineData("\"sequnce\": 1", "$.sequnce: unknown member; allowed: $schema, name, key, sequence")]
    public void What_is_wrong_is_named_with_file_and_path(string member, string expected)
    {
        var wrong = Assert.Throws<DefinitionException>(() => Parse(With(member)));

        Assert.Contains(wrong.Errors, error => error.StartsWith("customer.json: " + expected, StringComparison.Ordinal));
    }

    [Fact]
    public void All_errors_of_a_file_come_together()
    {
        var wrong = Assert.Throws<DefinitionException>(() => Parse("""{ "name": "X", "keys": ["id"], "sequence": {}, "columns": { "a": {} } }"""));

        Assert.Equal(
            ["$.keys", "$.name", "$.columns.a.type", "$.key", "$.sequence"],
            wrong.Errors.Select(error => error.Split(": ")[1]));
    }

    [Theory]
    [InlineData("{ \"name\": ")]
    [InlineData("{ \"name\": \"a\", \"name\": \"b\" }")]
    public void What_is_not_JSON_is_refused(string json)
    {
        var wrong = Assert.Throws<DefinitionException>(() => Parse(json));

        Assert.Contains("customer.json: ", Assert.Single(wrong.Errors), StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_that_is_not_there_is_named()
    {
        var wrong = Assert.Throws<DefinitionException>(() => DimensionReader.LoadAll(["/nowhere/at-all.json"]));

        Assert.Equal("/nowhere/at-all.json: the file does not exist", Assert.Single(wrong.Errors));
    }

    [Fact]
    public void The_shipped_definitions_load_together()
    {
        var catalog = DimensionReader.LoadAll(Shipped());

        Assert.Equal(["account", "customer", "product"], catalog.All.Select(dimension => dimension.Name));
    }

    [Fact]
    public void Two_dimensions_cannot_share_a_table()
    {
        var folder = Directory.CreateTempSubdirectory("customertrack-");
        try
        {
            File.WriteAllText(Path.Combine(folder.FullName, "1.json"), Smallest);
            File.WriteAllText(Path.Combine(folder.FullName, "2.json"), Smallest.Replace("\"customer\"", "\"customer_history\"", StringComparison.Ordinal));

            var wrong = Assert.Throws<DefinitionException>(() => DimensionReader.LoadAll(folder.GetFiles().Select(file => file.FullName).Order()));

            Assert.Equal("2.json: $.name: the table 'customer_history' belongs to the dimension in 1.json already", Assert.Single(wrong.Errors));
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Fact]
    public void The_published_schema_names_the_members_that_are_read()
    {
        using var schema = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, "dimensions", "dimension.schema.json")));
        var properties = schema.RootElement.GetProperty("properties");

        Assert.Equal(DimensionReader.Members.Order(), Names(properties));
        Assert.Equal(SequenceReader.Members.Order(), Names(properties.GetProperty("sequence").GetProperty("properties")));
        Assert.Equal(OperationReader.Members.Order(), Names(properties.GetProperty("operation").GetProperty("properties")));
        Assert.Equal(ColumnsReader.Members.Order(), Names(properties.GetProperty("columns").GetProperty("additionalProperties").GetProperty("properties")));
        Assert.Equal(
            NameRules.Reserved.Order(),
            schema.RootElement.GetProperty("$defs").GetProperty("columnName").GetProperty("not").GetProperty("enum").EnumerateArray().Select(name => name.GetString()).Order());
    }

    private static IEnumerable<string> Names(JsonElement element) => element.EnumerateObject().Select(member => member.Name).Order();

    private static IEnumerable<string> Shipped() => Directory
        .GetFiles(Path.Combine(AppContext.BaseDirectory, "dimensions"), "*.json")
        .Where(path => !path.EndsWith(".schema.json", StringComparison.Ordinal))
        .Order(StringComparer.Ordinal);

    /// <summary>The smallest definition with one member replaced or added.</summary>
    private static string With(string member)
    {
        var name = member.Split('"')[1];
        using var document = JsonDocument.Parse(Smallest);
        var others = document.RootElement.EnumerateObject().Where(other => other.Name != name).Select(other => other.ToString());
        return "{" + string.Join(",", others.Append(member)) + "}";
    }

    private static DimensionDefinition Parse(string json) => DimensionReader.Parse("customer.json", Encoding.UTF8.GetBytes(json));
}
