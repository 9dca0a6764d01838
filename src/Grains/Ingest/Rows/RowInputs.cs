using System.Text;
using CustomerTrack.Dimensions;

namespace CustomerTrack.Ingest;

/// <summary>The columns of a file that a dimension needs, numbered; one may have several uses (a sequence that is data as well).</summary>
internal sealed class RowInputs
{
    private readonly List<string> _names = [];

    public RowInputs(DimensionDefinition dimension)
    {
        Key = [.. dimension.Key.Select(column => Number(column.Name)!.Value)];
        Sequence = Number(dimension.Sequence.Column);
        Ordinal = Number(dimension.OrdinalColumn);
        Operation = Number(dimension.Operation?.Column);
        Data = [.. dimension.Columns.Select(column => Number(column.Name)!.Value)];
        Names = _names;
        Utf8Names = [.. _names.Select(Encoding.UTF8.GetBytes)];
        IsJson = [.. _names.Select(name => dimension.Columns.Any(column => column.Name == name && column.Type.Kind == ColumnKind.Json))];
    }

    public IReadOnlyList<string> Names { get; }

    public byte[][] Utf8Names { get; }

    public bool[] IsJson { get; }

    public int[] Key { get; }

    public int? Sequence { get; }

    public int? Ordinal { get; }

    public int? Operation { get; }

    /// <summary>The input of each of the dimension's data columns.</summary>
    public int[] Data { get; }

    /// <summary>The input of that name, or -1.</summary>
    public int Find(string name) => _names.IndexOf(name);

    private int? Number(string? name)
    {
        if (name is null)
        {
            return null;
        }

        if (_names.IndexOf(name) is >= 0 and var known)
        {
            return known;
        }

        _names.Add(name);
        return _names.Count - 1;
    }
}
