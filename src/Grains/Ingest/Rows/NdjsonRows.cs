using System.Text;
using System.Text.Json;
using System.Text.Unicode;

namespace CustomerTrack.Ingest;

/// <summary>The rows of a file with one JSON object a line. Empty lines are skipped.</summary>
internal sealed class NdjsonRows(RowBuffer buffer, int maxRecordBytes, RowInputs inputs) : RowSource
{
    private readonly Field[] _values = new Field[inputs.Names.Count];

    // Which input stood at a position of the previous row: rows of one file mostly have one order.
    private readonly List<int> _expected = [];
    private byte[] _scratch = new byte[1024];
    private int _scratchUsed;
    private byte[]? _excerpt;
    private long _nextLine = 1;
    private int _length;
    private int _consumed;
    private string? _unknownColumn;

    public override ReadOnlySpan<Field> Fields => _values;

    public override string? UnknownColumn => _unknownColumn;

    private ReadOnlySpan<byte> Raw => _excerpt ?? buffer.Window[.._length];

    public override bool Read()
    {
        while (NextLine())
        {
            if (Fault is not null)
            {
                return true;
            }

            var raw = Raw;
            if (raw.IndexOfAnyExcept(" \t\r"u8) < 0)
            {
                continue;
            }

            if (!Utf8.IsValid(raw))
            {
                Fault = new(RejectReason.BadUtf8, null, "The line is not valid UTF-8.");
                return true;
            }

            try
            {
                Fault = Split(raw);
            }
            catch (JsonException broken)
            {
                Fault = new(RejectReason.BadJson, null, $"The line is not JSON, at byte {broken.BytePositionInLine + 1}: expected one object a line.");
            }
            catch (InvalidOperationException)
            {
                // What the reader throws for an escaped surrogate without its other half.
                Fault = new(RejectReason.BadJson, null, "A text has an escaped surrogate without its other half.");
            }

            return true;
        }

        return false;
    }

    public override ReadOnlySpan<byte> Value(in Field field) =>
        field.InScratch ? _scratch.AsSpan(field.Start, field.Length) : Raw.Slice(field.Start, field.Length);

    public override string ToJson() => Fault is null ? Encoding.UTF8.GetString(Raw.Trim(" \t\r"u8)) : Quote(Raw);

    private bool NextLine()
    {
        buffer.Consume(_consumed);
        _consumed = 0;
        _excerpt = null;
        Fault = null;
        _unknownColumn = null;
        while (true)
        {
            var window = buffer.Window;
            var end = window.IndexOf((byte)'\n');
            if (end < 0 && buffer.IsTooLong)
            {
                SkipLongLine();
                return true;
            }

            if (end < 0 && buffer.Fill())
            {
                continue;
            }

            // Filling moves the window, so it is looked at again before the end is believed.
            window = buffer.Window;
            if (window.IsEmpty)
            {
                return false;
            }

            _length = end < 0 ? window.Length : end;
            _consumed = end < 0 ? window.Length : end + 1;
            Line = _nextLine++;
            if (_length > maxRecordBytes)
            {
                _excerpt = window[..ExcerptBytes].ToArray();
                Fault = TooLong();
            }

            return true;
        }
    }

    private void SkipLongLine()
    {
        Line = _nextLine++;
        _excerpt = buffer.Window[..ExcerptBytes].ToArray();
        Fault = TooLong();
        do
        {
            var end = buffer.Window.IndexOf((byte)'\n');
            if (end >= 0)
            {
                buffer.Consume(end + 1);
                return;
            }

            buffer.Consume(buffer.Window.Length);
        }
        while (buffer.Fill());
    }

    private Rejection TooLong() =>
        new(RejectReason.RecordTooLong, null, $"The line has more than {maxRecordBytes} bytes, which is the most a record may have; the beginning is kept.");

    private Rejection? Split(ReadOnlySpan<byte> raw)
    {
        Array.Clear(_values);
        _scratchUsed = 0;
        var reader = new Utf8JsonReader(raw);
        if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
        {
            return new(RejectReason.BadJson, null, "The line is not a JSON object; expected one object a line.");
        }

        string? twice = null;
        string? unknown = null;
        for (var position = 0; reader.Read() && reader.TokenType == JsonTokenType.PropertyName; position++)
        {
            var input = Find(ref reader, position);
            if (input < 0)
            {
                unknown = reader.GetString()!;
                CountUnknown(unknown);
                reader.Read();
                reader.Skip();
                continue;
            }

            if (_values[input].Kind != FieldKind.Absent)
            {
                twice = inputs.Names[input];
            }

            reader.Read();
            _values[input] = Take(ref reader);
        }

        // Whatever stands behind the object makes the reader throw.
        reader.Read();
        _unknownColumn = unknown;
        return twice is null ? null : new(RejectReason.BadJson, twice, $"The object has the member '{twice}' twice.");
    }

    private int Find(ref Utf8JsonReader reader, int position)
    {
        if (position < _expected.Count)
        {
            var guess = _expected[position];
            if (guess >= 0 && reader.ValueTextEquals(inputs.Utf8Names[guess]))
            {
                return guess;
            }
        }

        var found = -1;
        for (var i = 0; i < inputs.Utf8Names.Length && found < 0; i++)
        {
            found = reader.ValueTextEquals(inputs.Utf8Names[i]) ? i : -1;
        }

        if (position < _expected.Count)
        {
            _expected[position] = found;
        }
        else if (position < 2 * inputs.Utf8Names.Length)
        {
            _expected.Add(found);
        }

        return found;
    }

    private Field Take(ref Utf8JsonReader reader)
    {
        var start = (int)reader.TokenStartIndex;
        switch (reader.TokenType)
        {
            case JsonTokenType.Null:
                return new(FieldKind.Null, 0, 0);
            case JsonTokenType.True:
                return new(FieldKind.True, start, 4);
            case JsonTokenType.False:
                return new(FieldKind.False, start, 5);
            case JsonTokenType.Number:
                return new(FieldKind.Number, start, reader.ValueSpan.Length);
            case JsonTokenType.String when !reader.ValueIsEscaped:
                return new(FieldKind.Text, start + 1, reader.ValueSpan.Length);
            case JsonTokenType.String:
                if (_scratch.Length - _scratchUsed < reader.ValueSpan.Length)
                {
                    Array.Resize(ref _scratch, Math.Max(_scratch.Length * 2, _scratchUsed + reader.ValueSpan.Length));
                }

                var length = reader.CopyString(_scratch.AsSpan(_scratchUsed));
                var field = new Field(FieldKind.Text, _scratchUsed, length, InScratch: true);
                _scratchUsed += length;
                return field;
            default:
                reader.Skip();
                return new(FieldKind.Structure, start, (int)reader.BytesConsumed - start);
        }
    }
}
