namespace CustomerTrack.Ingest;

/// <summary>
/// Splits CSV after RFC 4180: commas, quotes doubled inside quotes, line ends inside quotes, LF or CR LF. A quote that does
/// not begin a field is an ordinary character. Empty lines are skipped.
/// </summary>
internal sealed class CsvSplitter(RowBuffer input, int maxRecordBytes)
{
    private Field[] _fields = new Field[32];
    private bool[] _escaped = new bool[32];
    private int _count;
    private long _nextLine = 1;
    private int _length;
    private int _consumed;
    private byte[]? _excerpt;

    /// <summary>The line the record starts on.</summary>
    public long Line { get; private set; } = 1;

    public ReadOnlySpan<Field> Fields => _fields.AsSpan(0, _count);

    /// <summary>The record's bytes without its line end, or the beginning of one that is too long.</summary>
    public Span<byte> Raw => _excerpt ?? input.Window[.._length];

    public Rejection? Fault { get; private set; }

    /// <summary>Moves to the next record; false at the end.</summary>
    public bool Read()
    {
        input.Consume(_consumed);
        _consumed = 0;
        _excerpt = null;
        Fault = null;
        while (true)
        {
            SkipEmptyLines();
            if (input.Window.IsEmpty && input.AtEnd)
            {
                return false;
            }

            Line = _nextLine;
            if (Split())
            {
                if (_length > maxRecordBytes && Fault is null)
                {
                    Fault = TooLong();
                    _excerpt = Raw[..1024].ToArray();
                }

                return true;
            }

            if (input.IsTooLong)
            {
                SkipLongRecord();
                return true;
            }

            input.Fill();
        }
    }

    /// <summary>Undoes doubled quotes, in place: <see cref="Raw"/> is not the record any more.</summary>
    public void Unescape()
    {
        var raw = Raw;
        for (var i = 0; i < _count; i++)
        {
            if (!_escaped[i])
            {
                continue;
            }

            var field = raw.Slice(_fields[i].Start, _fields[i].Length);
            var target = 0;
            for (var at = 0; at < field.Length; at++)
            {
                field[target++] = field[at];
                at += field[at] == '"' ? 1 : 0;
            }

            _fields[i] = _fields[i] with { Length = target };
        }
    }

    private void SkipEmptyLines()
    {
        while (true)
        {
            if (input.Window.Length < 2 && input.Fill())
            {
                continue;
            }

            var window = input.Window;
            var bytes = window.StartsWith("\n"u8) ? 1 : window.StartsWith("\r\n"u8) ? 2 : 0;
            if (bytes == 0)
            {
                return;
            }

            input.Consume(bytes);
            _nextLine++;
        }
    }

    /// <summary>Splits the record at the window's start; false when its end is not in the window.</summary>
    private bool Split()
    {
        ReadOnlySpan<byte> window = input.Window;
        var position = 0;
        var lines = 1;
        _count = 0;
        while (true)
        {
            int end;
            if (position < window.Length && window[position] == '"')
            {
                var start = position + 1;
                var escaped = false;
                for (end = start; ; end += 2)
                {
                    var quote = window[end..].IndexOf((byte)'"');
                    end += quote;
                    if (quote < 0)
                    {
                        return input.AtEnd && Unterminated(window);
                    }

                    if (end + 1 >= window.Length || window[end + 1] != '"')
                    {
                        break;
                    }

                    escaped = true;
                }

                // Whether a quote at the window's end closes the field, and what follows a CR, is known with the next byte.
                if (window.Length - end < 3 && !input.AtEnd)
                {
                    return false;
                }

                var content = window[start..end];
                lines += content.Count((byte)'\n');
                Add(new(FieldKind.Text, start, content.Length), escaped);
                position = end + 1;
                if (position < window.Length && window[position] is not ((byte)',' or (byte)'\n')
                    && !(window[position] == '\r' && (position + 1 == window.Length || window[position + 1] == '\n')))
                {
                    return BadQuote(window, position, lines);
                }

                position += position < window.Length && window[position] == '\r' ? 1 : 0;
                end = position;
            }
            else
            {
                var length = window[position..].IndexOfAny((byte)',', (byte)'\n');
                if (length < 0 && !input.AtEnd)
                {
                    return false;
                }

                end = length < 0 ? window.Length : position + length;
                var isLast = end == window.Length || window[end] == '\n';
                var cut = isLast && end > position && window[end - 1] == '\r' ? 1 : 0;
                Add(new(FieldKind.Text, position, end - position - cut), escaped: false);
                position = end;
            }

            if (position >= window.Length || window[position] == '\n')
            {
                _length = position > 0 && window[position - 1] == '\r' ? position - 1 : position;
                Finish(Math.Min(position + 1, window.Length), lines);
                return true;
            }

            position++;
        }
    }

    private void Add(Field field, bool escaped)
    {
        if (_count == _fields.Length)
        {
            Array.Resize(ref _fields, _count * 2);
            Array.Resize(ref _escaped, _count * 2);
        }

        _fields[_count] = field;
        _escaped[_count++] = escaped;
    }

    private void Finish(int consumed, int lines)
    {
        _consumed = consumed;
        _nextLine = Line + lines;
    }

    private bool Unterminated(ReadOnlySpan<byte> window)
    {
        _length = window.Length;
        Finish(window.Length, window.Count((byte)'\n') + 1);
        Fault = new(RejectReason.UnterminatedQuote, null, "A quoted field is not closed before the end of the file.");
        return true;
    }

    private bool BadQuote(ReadOnlySpan<byte> window, int position, int lines)
    {
        var rest = window[position..].IndexOf((byte)'\n');
        if (rest < 0 && !input.AtEnd)
        {
            return false;
        }

        var end = rest < 0 ? window.Length : position + rest;
        _length = end > 0 && window[end - 1] == '\r' ? end - 1 : end;
        Finish(Math.Min(end + 1, window.Length), lines);
        Fault = new(RejectReason.BadQuote, null, "A closing quote is followed by other text; expected a comma or the end of the line. Quotes inside quotes are doubled.");
        return true;
    }

    /// <summary>Drops a record that is longer than the window may become, quotes respected, so that what follows is read as it was meant.</summary>
    private void SkipLongRecord()
    {
        _excerpt = input.Window[..1024].ToArray();
        _count = 0;
        Fault = TooLong();
        var lines = 0;
        var state = CsvState.FieldStart;
        do
        {
            var window = input.Window;
            for (var i = 0; i < window.Length; i++)
            {
                var next = window[i];
                lines += next == '\n' ? 1 : 0;
                if (next == '\n' && state != CsvState.Quoted)
                {
                    input.Consume(i + 1);
                    _nextLine = Line + lines;
                    return;
                }

                state = (state, next) switch
                {
                    (CsvState.FieldStart, (byte)'"') => CsvState.Quoted,
                    (CsvState.Quoted, (byte)'"') => CsvState.QuoteInQuoted,
                    (CsvState.Quoted, _) => CsvState.Quoted,
                    (CsvState.QuoteInQuoted, (byte)'"') => CsvState.Quoted,
                    (_, (byte)',') => CsvState.FieldStart,
                    _ => CsvState.Plain,
                };
            }

            input.Consume(window.Length);
        }
        while (input.Fill());

        _nextLine = Line + lines + 1;
        if (state == CsvState.Quoted)
        {
            Fault = Fault.Value with { Message = Fault.Value.Message + " Its quoted field is not closed before the end of the file." };
        }
    }

    private Rejection TooLong() =>
        new(RejectReason.RecordTooLong, null, $"The record has more than {maxRecordBytes} bytes, which is the most one may have; the beginning is kept.");

    private enum CsvState : byte
    {
        FieldStart,
        Plain,
        Quoted,
        QuoteInQuoted,
    }
}
