using System.Globalization;
using CustomerTrack.Detect;
using CustomerTrack.Dimensions;
using CustomerTrack.Lake.Columns;
using CustomerTrack.Records;
using ParquetSharp;
using ParquetSharp.Schema;
using Column = CustomerTrack.Dimensions.Column;

namespace CustomerTrack.Lake;

/// <summary>Turns deltas into the bytes of one Parquet object. Keeps its buffers; not thread-safe.</summary>
internal sealed class DeltaEncoder : IDisposable
{
    private static readonly ColumnType Int64 = new(ColumnKind.Int64);
    private static readonly ColumnType Timestamp = new(ColumnKind.Timestamp);

    private readonly DimensionDefinition _dimension;
    private readonly ColumnBuffer[] _key;
    private readonly Int64Buffer _validFrom;
    private readonly Int64Buffer _validTo;
    private readonly ColumnBuffer[] _data;
    private readonly ColumnBuffer[] _slots;
    private readonly BooleanBuffer _isDeleted = new(LakeFormat.IsDeleted, nullable: false);
    private readonly BooleanBuffer _isRetracted = new(LakeFormat.IsRetracted, nullable: false);
    private readonly Int64Buffer _revision = new(LakeFormat.Revision, nullable: false, Int64);
    private readonly Int64Buffer _recordedAt = new(LakeFormat.RecordedAt, nullable: false, Timestamp);
    private readonly TextBuffer _sourceFile = new(LakeFormat.SourceFile, nullable: true, json: false);
    private readonly Int64Buffer _sourceRow = new(LakeFormat.SourceRow, nullable: false, Int64);
    private readonly Int64Buffer _shard = new(LakeFormat.Shard, nullable: false, Int64);
    private readonly int _shards;
    private readonly ColumnBuffer[] _all;
    private readonly GroupNode _schema;
    private readonly WriterProperties _properties;
    private readonly Dictionary<string, string> _metadata;
    private readonly MemoryStream _file = new();

    public DeltaEncoder(DimensionDefinition dimension, int shards)
    {
        LakeFormat.Check(dimension);
        _dimension = dimension;
        _shards = shards;
        _key = [.. dimension.Key.Select(column => CreateBuffer(column, nullable: false))];
        _validFrom = new(LakeFormat.ValidFrom, nullable: false, dimension.Sequence.Type);
        _validTo = new(LakeFormat.ValidTo, nullable: true, dimension.Sequence.Type);
        _data = [.. dimension.Columns.Select(column => CreateBuffer(column, nullable: true))];
        _slots = [.. dimension.SlotOrder.Select(column => _data[column])];
        _all = [.. _key, _validFrom, _validTo, .. _data, _isDeleted, _isRetracted, _revision, _recordedAt, _sourceFile, _sourceRow, _shard];

        var nodes = _all.Select(column => column.CreateNode()).ToList();
        _schema = new("schema", Repetition.Required, nodes);
        nodes.ForEach(node => node.Dispose());

        // Without dictionaries: a change feed repeats little, and writing is nearly twice as fast.
        using var properties = new WriterPropertiesBuilder();
        _properties = properties.Compression(Compression.Zstd).CompressionLevel(1).DisableDictionary().CreatedBy("CustomerTrack").Build();
        _metadata = new()
        {
            [LakeFormat.VersionKey] = LakeFormat.Version.ToString(CultureInfo.InvariantCulture),
            [LakeFormat.DimensionKey] = dimension.Name,
        };
    }

    /// <summary>The object's bytes, valid until the next call.</summary>
    /// <param name="fileNames">Names by file number; null writes rows without the name of their file.</param>
    /// <exception cref="ArgumentException">A delta does not fit the dimension, or its file has no name.</exception>
    public ReadOnlyMemory<byte> Encode(IReadOnlyList<Delta> deltas, IReadOnlyDictionary<long, string>? fileNames)
    {
        foreach (var column in _all)
        {
            column.Begin(deltas.Count);
        }

        for (var i = 0; i < deltas.Count; i++)
        {
            Append(deltas[i], fileNames);
        }

        _file.SetLength(0);
        using (var writer = new ParquetFileWriter(_file, _schema, _properties, _metadata, leaveOpen: true))
        {
            using (var rows = writer.AppendRowGroup())
            {
                foreach (var column in _all)
                {
                    column.Write(rows);
                }
            }

            writer.Close();
        }

        return _file.GetBuffer().AsMemory(0, (int)_file.Length);
    }

    public void Dispose()
    {
        _schema.Dispose();
        _properties.Dispose();
        _file.Dispose();
    }

    internal static ColumnBuffer CreateBuffer(Column column, bool nullable) => column.Type.Kind switch
    {
        ColumnKind.Text => new TextBuffer(column.Name, nullable, json: false),
        ColumnKind.Json => new TextBuffer(column.Name, nullable, json: true),
        ColumnKind.Double => new DoubleBuffer(column.Name, nullable),
        ColumnKind.Boolean => new BooleanBuffer(column.Name, nullable),
        ColumnKind.Date => new DateBuffer(column.Name, nullable),
        ColumnKind.Decimal when column.Type.Precision > 18 => new WideDecimalBuffer(column.Name, nullable, column.Type),
        _ => new Int64Buffer(column.Name, nullable, column.Type),
    };

    private void Append(Delta delta, IReadOnlyDictionary<long, string>? fileNames)
    {
        AppendKey(delta.Key);
        _validFrom.Append(delta.ValidFrom);
        if (delta.ValidTo is { } validTo)
        {
            _validTo.Append(validTo);
        }
        else
        {
            _validTo.AppendNull();
        }

        AppendData(delta);
        _isDeleted.Append(delta.State == RowState.Deleted);
        _isRetracted.Append(delta.State == RowState.Retracted);
        _revision.Append(delta.Revision);
        _recordedAt.Append(delta.RecordedAt);
        if (fileNames is null)
        {
            _sourceFile.AppendNull();
        }
        else if (fileNames.TryGetValue(delta.File, out var name))
        {
            _sourceFile.Append(name);
        }
        else
        {
            throw new ArgumentException($"Dimension '{_dimension.Name}': a delta comes from file number {delta.File}, whose name was not given.", nameof(fileNames));
        }

        _sourceRow.Append(delta.Row);
        _shard.Append(Sharding.ShardOf(delta.Key, _shards));
    }

    private void AppendKey(string key)
    {
        if (_key.Length == 1 && !key.AsSpan().ContainsAny('|', '\\'))
        {
            _key[0].AppendCanonical(key);
            return;
        }

        var parts = KeyText.Split(key);
        if (parts.Length != _key.Length)
        {
            throw new ArgumentException($"Dimension '{_dimension.Name}': a key of {parts.Length} parts; {_key.Length} were expected ({string.Join(", ", _dimension.Key.Select(column => column.Name))}).");
        }

        for (var i = 0; i < parts.Length; i++)
        {
            _key[i].AppendCanonical(parts[i]);
        }
    }

    private void AppendData(Delta delta)
    {
        if (delta.State != RowState.Version)
        {
            foreach (var column in _data)
            {
                column.AppendNull();
            }

            return;
        }

        var reader = new ContentReader(new ContentView(delta.Content.Span).All);
        foreach (var column in _slots)
        {
            if (!reader.Read())
            {
                throw new ArgumentException($"Dimension '{_dimension.Name}': a delta's content ends before column '{column.Name}'.");
            }

            if (reader.IsNull)
            {
                column.AppendNull();
            }
            else
            {
                column.Append(ref reader);
            }
        }

        if (reader.Read())
        {
            throw new ArgumentException($"Dimension '{_dimension.Name}': a delta's content has more than the definition's {_slots.Length} columns.");
        }
    }
}
