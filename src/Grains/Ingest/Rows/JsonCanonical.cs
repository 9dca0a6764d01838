using System.Buffers;
using System.Globalization;
using System.Text.Json;

namespace CustomerTrack.Ingest;

/// <summary>
/// Brings JSON into one spelling: members sorted by their UTF-8 names, no white space, numbers by value (<c>1e1</c> is
/// <c>10</c>), texts with the fewest escapes. Not thread-safe; reused from value to value.
/// </summary>
internal sealed class JsonCanonical
{
    private const int LongestPlainNumber = 21;

    private readonly ArrayBufferWriter<byte> _target = new(1024);
    private readonly List<Member> _members = [];
    private byte[] _scratch = new byte[256];
    private byte[] _spare = new byte[1024];

    /// <summary>The canonical bytes, valid until the next call.</summary>
    /// <exception cref="JsonException">It is not JSON, has a member twice, an unpaired surrogate, or a number out of all bounds.</exception>
    public ReadOnlySpan<byte> Convert(ReadOnlySpan<byte> json)
    {
        _target.ResetWrittenCount();
        _members.Clear();
        var reader = new Utf8JsonReader(json);
        try
        {
            reader.Read();
            Value(ref reader);
            reader.Read();
        }
        catch (InvalidOperationException broken)
        {
            throw new JsonException("A text has an escaped surrogate without its other half.", broken);
        }

        return _target.WrittenSpan;
    }

    private void Value(ref Utf8JsonReader reader)
    {
        switch (reader.TokenType)
        {
            case JsonTokenType.StartObject:
                Object(ref reader);
                break;
            case JsonTokenType.StartArray:
                var separator = "["u8;
                while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
                {
                    _target.Write(separator);
                    separator = ","u8;
                    Value(ref reader);
                }

                _target.Write(separator[0] == '[' ? "[]"u8 : "]"u8);
                break;
            case JsonTokenType.String:
                Text(ref reader);
                break;
            case JsonTokenType.Number:
                Number(reader.ValueSpan);
                break;
            default:
                _target.Write(reader.ValueSpan);
                break;
        }
    }

    private void Object(ref Utf8JsonReader reader)
    {
        var first = _members.Count;
        var start = _target.WrittenCount;

        // Every member is written with the byte in front of it, so that they can change places.
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var at = _target.WrittenCount;
            _target.Write(","u8);
            Text(ref reader);
            var nameEnd = _target.WrittenCount;
            _target.Write(":"u8);
            reader.Read();
            Value(ref reader);
            _members.Add(new(at, nameEnd - at, _target.WrittenCount - at));
        }

        if (_members.Count == first)
        {
            _target.Write("{}"u8);
            return;
        }

        Sort(first, start);
        _members.RemoveRange(first, _members.Count - first);
        Written()[start] = (byte)'{';
        _target.Write("}"u8);
    }

    private void Sort(int first, int start)
    {
        var isSorted = true;
        for (var i = first + 1; i < _members.Count; i++)
        {
            isSorted &= Compare(_members[i - 1], _members[i]) < 0;
        }

        if (isSorted)
        {
            return;
        }

        _members.Sort(first, _members.Count - first, Comparer<Member>.Create(Compare));
        var length = _target.WrittenCount - start;
        if (_spare.Length < length)
        {
            _spare = new byte[length * 2];
        }

        var used = 0;
        for (var i = first; i < _members.Count; i++)
        {
            var member = _members[i];
            if (i > first && Compare(_members[i - 1], member) == 0)
            {
                throw new JsonException("An object has a member twice.");
            }

            _target.WrittenSpan.Slice(member.At, member.Length).CopyTo(_spare.AsSpan(used));
            used += member.Length;
        }

        _spare.AsSpan(0, length).CopyTo(Written()[start..]);
    }

    private int Compare(Member left, Member right) => Name(left).SequenceCompareTo(Name(right));

    private ReadOnlySpan<byte> Name(Member member) => _target.WrittenSpan.Slice(member.At, member.NameLength);

    // The writer hands out what it holds as read-only; the array behind it is ours.
    private Span<byte> Written() => System.Runtime.InteropServices.MemoryMarshal.AsMemory(_target.WrittenMemory).Span;

    private void Text(ref Utf8JsonReader reader)
    {
        var text = reader.ValueSpan;
        if (reader.ValueIsEscaped)
        {
            if (_scratch.Length < text.Length)
            {
                _scratch = new byte[text.Length * 2];
            }

            text = _scratch.AsSpan(0, reader.CopyString(_scratch));
        }

        _target.Write("\""u8);
        while (text.IndexOfAnyInRange((byte)0, (byte)0x1F) is var control && text.IndexOfAny((byte)'"', (byte)'\\') is var special && (control >= 0 || special >= 0))
        {
            var at = control < 0 ? special : special < 0 ? control : Math.Min(control, special);
            _target.Write(text[..at]);
            if (text[at] < 0x20)
            {
                _target.Write("\\u00"u8);
                text[at].TryFormat(_target.GetSpan(2), out var written, "x2", CultureInfo.InvariantCulture);
                _target.Advance(written);
            }
            else
            {
                _target.Write("\\"u8);
                _target.Write(text.Slice(at, 1));
            }

            text = text[(at + 1)..];
        }

        _target.Write(text);
        _target.Write("\""u8);
    }

    private void Number(ReadOnlySpan<byte> text)
    {
        var isNegative = text[0] == '-';
        text = isNegative ? text[1..] : text;
        long exponent = 0;
        if (text.IndexOfAny((byte)'e', (byte)'E') is >= 0 and var e)
        {
            var power = text[(e + 1)..];
            power = power[0] == '+' ? power[1..] : power;
            if (!int.TryParse(power, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var read))
            {
                throw new JsonException("A number has an exponent out of all bounds.");
            }

            exponent = read;
            text = text[..e];
        }

        var digits = new byte[text.Length];
        var count = 0;
        var point = text.IndexOf((byte)'.');
        exponent -= point < 0 ? 0 : text.Length - point - 1;
        foreach (var next in text)
        {
            if (next != '.' && (count > 0 || next != '0'))
            {
                digits[count++] = next;
            }
        }

        while (count > 0 && digits[count - 1] == '0')
        {
            count--;
            exponent++;
        }

        Write(digits.AsSpan(0, count), exponent, isNegative);
    }

    private void Write(ReadOnlySpan<byte> digits, long exponent, bool isNegative)
    {
        if (digits.IsEmpty)
        {
            _target.Write("0"u8);
            return;
        }

        _target.Write(isNegative ? "-"u8 : ""u8);
        var point = digits.Length + exponent;
        if (exponent >= 0 && point <= LongestPlainNumber)
        {
            _target.Write(digits);
            _target.Write("00000000000000000000000"u8[..(int)exponent]);
        }
        else if (exponent < 0 && point > 0)
        {
            _target.Write(digits[..(int)point]);
            _target.Write("."u8);
            _target.Write(digits[(int)point..]);
        }
        else if (exponent < 0 && point > -6)
        {
            _target.Write("0."u8);
            _target.Write("000000"u8[..(int)-point]);
            _target.Write(digits);
        }
        else
        {
            _target.Write(digits[..1]);
            _target.Write(digits.Length > 1 ? "."u8 : ""u8);
            _target.Write(digits[1..]);
            _target.Write("e"u8);
            (point - 1).TryFormat(_target.GetSpan(20), out var written, default, CultureInfo.InvariantCulture);
            _target.Advance(written);
        }
    }

    private readonly record struct Member(int At, int NameLength, int Length);
}
