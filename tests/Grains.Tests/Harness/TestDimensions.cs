using System.Text;
using CustomerTrack.Dimensions;

namespace CustomerTrack.Tests;

/// <summary>The shapes a dimension can have that matter to the fold, with the columns of the naive implementation.</summary>
public sealed class TestDimensions
{
    public TestDimensions()
    {
        Full = Parse("full");
        Ordinal = Parse("ordinal", "\"ordinal\": \"ord\",");
        Partial = Parse("partial", "\"missing\": \"keep\",");
        Late = Parse("late", "\"lateness\": 10,");
        Catalog = new([Full, Ordinal, Partial, Late]);
    }

    public DimensionCatalog Catalog { get; }

    public DimensionDefinition Full { get; }

    public DimensionDefinition Ordinal { get; }

    public DimensionDefinition Partial { get; }

    /// <summary>With a horizon of 10.</summary>
    public DimensionDefinition Late { get; }

    private static DimensionDefinition Parse(string name, string more = "") => DimensionReader.Parse(name + ".json", Encoding.UTF8.GetBytes($$"""
        {
          "name": "{{name}}", "key": ["id"], "sequence": { "column": "seq", "type": "int64" }, {{more}}
          "operation": { "column": "op", "delete": ["d"] },
          "columns": {
            "name": { "type": "text" },
            "points": { "type": "text", "history": "latest" },
            "mail": { "type": "text" },
            "born": { "type": "text", "history": "overwrite" },
            "seen": { "type": "text", "history": "latest" }
          }
        }
        """));
}
