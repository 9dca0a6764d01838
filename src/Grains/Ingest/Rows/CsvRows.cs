using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Unicode;

namespace CustomerTrack.Ingest;

/// <summary>The rows of a CSV file with a header. An empty field is null, quoted or not.</summary>
internal sealed class CsvRows : RowSource
{
    private readonly CsvSplitter _splitter;
    private readonly RowInputs _inputs;
    private readonly Field[] _values;
    private readonly string[] _header;
    private readonly int[] _fieldOfInput;
    private readonly int[] _inputOfField;
    private readonly string[] _unknownHere;
    private bool _isSplit;

    /// <exception cref="UnreadableFileException">The header is missing or names a column twice.</exception>
    public CsvRows(RowBuffer buffer, int maxRecordBytes, RowInputs inputs)
    {
        _splitter = new(buffer, maxRecordBytes);
        _inputs = inputs;
        _values = new Field[inputs.Names.Count];
        if (!_splitter.Read())
        {
            throw new UnreadableFileException(RejectReason.MissingHeader, "The file is empty; expected a header row with the column names.");
        }

        if (_splitter.Fault is { } fault)
        {
            throw new UnreadableFileException(RejectReason.BadHeader, $"The header row cannot be read: {fault.Message}");
        }

        _splitter.Unescape();
        _header = new string[_splitter.Fields.Length];
        _inputOfField = new int[_header.Length];
        _fieldOfInput = new int[inputs.Names.Count];
        Array.Fill(_fieldOfInput, -1);
        var unknown = new List<string>();
        for (var i = 0; i < _header.Length; i++)
        {
            var name = Encoding.UTF8.GetString(_splitter.Raw.Slice(_splitter.Fields[i].Start, _splitter.Fields[i].Length));
            var input = inputs.Find(name);
            if (name.Length > 0 && _header.AsSpan(0, i).Contains(name))
            {
                throw new UnreadableFileException(RejectReason.BadHeader, $"The header names the column '{name}' twice.");
            }

            // A column without a name (a trailing comma, an exported index) has to be called something in the quarantine.
            _header[i] = name.Length > 0 ? name : string.Create(CultureInfo.InvariantCulture, $"#{i + 1}");
            _inputOfField[i] = input;
            if (input >= 0)
            {
                _fieldOfInput[input] = i;
            }
            else
            {
                unknown.Add(_header[i]);
            }
        }

        _unknownHere = [.. unknown];
    }

    public override ReadOnlySpan<Field> Fields => _values;

    public override string? UnknownColumn => _unknownHere.Length > 0 ? _unknownHere[0] : null;

    public IReadOnlyList<string> Header => _header;

    /// <summary>The file has the column of this number.</summary>
    public bool Has(int input) => _fieldOfInput[input] >= 0;

    public override bool Read()
    {
        if (!_splitter.Read())
        {
            return false;
        }

        Line = _splitter.Line;
        Fault = _splitter.Fault ?? Check();
        _isSplit = Fault is null;
        if (_isSplit)
        {
            _splitter.Unescape();
            var fields = _splitter.Fields;
            for (var i = 0; i < _values.Length; i++)
            {
                var at = _fieldOfInput[i];
                _values[i] = at < 0 ? default : fields[at].Length == 0 ? new(FieldKind.Null, 0, 0) : fields[at];
            }

            foreach (var name in _unknownHere)
            {
                CountUnknown(name);
            }
        }

        return true;
    }

    public override ReadOnlySpan<byte> Value(in Field field) => _splitter.Raw.Slice(field.Start, field.Length);

    public override string ToJson()
    {
        if (!_isSplit)
        {
            return Quote(_splitter.Raw);
        }

        var json = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(json, new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            writer.WriteStartObject();
            for (var i = 0; i < _header.Length; i++)
            {
                var field = _splitter.Fields[i];
                if (field.Length == 0)
                {
                    writer.WriteNull(_header[i]);
                }
                else
                {
                    writer.WriteString(_header[i], Value(field));
                }
            }

            writer.WriteEndObject();
        }

        return Encoding.UTF8.GetString(json.WrittenSpan);
    }

    private Rejection? Check()
    {
        if (!Utf8.IsValid(_splitter.Raw))
        {
            return new(RejectReason.BadUtf8, null, "The row is not valid UTF-8.");
        }

        return _splitter.Fields.Length == _header.Length
            ? null
            : new(RejectReason.RaggedRow, null, $"The row has {_splitter.Fields.Length} columns, the header has {_header.Length}.");
    }
}
