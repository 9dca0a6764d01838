using System.Buffers.Text;
using System.Globalization;
using System.Text;
using System.Text.Json;
using CustomerTrack.Dimensions;
using CustomerTrack.Records;

namespace CustomerTrack.Ingest;

/// <summary>
/// Reads one value of a column's type from text or JSON. Numbers, booleans and times may be spelled as text or as JSON values, and
/// with white space around them; a text is exact.
/// </summary>
internal sealed class ValueReader
{
    private const int LongestNumber = 512;
    private static readonly ColumnType AnyInt64 = new(ColumnKind.Decimal, 19, 0);

    private readonly JsonCanonical _json = new();

    /// <summary>What a value of the type looks like, for messages.</summary>
    public static string Expected(ColumnType type) => type.Kind switch
    {
        ColumnKind.Text => "a text; an object or array needs a column of type json",
        ColumnKind.Int64 => "a whole number of 64 bits",
        ColumnKind.Decimal => $"a {type} number, which is never rounded to fit",
        ColumnKind.Double => "a number",
        ColumnKind.Boolean => "true, false, t, f, yes, no, 1 or 0",
        ColumnKind.Date => "a date like 2026-01-31",
        ColumnKind.Timestamp => "a time like 2026-01-31T12:00:00Z",
        _ => "JSON with each member once",
    };

    /// <summary>Reads a value that is not null into the content; false when it is not of the column's type.</summary>
    public bool TryRead(FieldKind kind, ReadOnlySpan<byte> value, ColumnType type, ContentWriter content, int column)
    {
        switch (type.Kind)
        {
            case ColumnKind.Text when kind != FieldKind.Structure:
                content.SetUtf8(column, value);
                return true;
            case ColumnKind.Int64 when TryReadInt64(value, out var number):
                content.SetInt64(column, number);
                return true;
            case ColumnKind.Decimal when TryReadDecimal(value, type, out var unscaled):
                content.SetDecimal(column, unscaled);
                return true;
            case ColumnKind.Double when TryReadDouble(value, out var number):
                content.SetDouble(column, number);
                return true;
            case ColumnKind.Boolean when TryReadBoolean(value, out var boolean):
                content.SetBoolean(column, boolean);
                return true;
            case ColumnKind.Date when kind == FieldKind.Text && IsoTime.TryParseDate(Trim(value), out var days):
                content.SetInt64(column, days);
                return true;
            case ColumnKind.Timestamp when kind == FieldKind.Text && IsoTime.TryParse(value, out var microseconds):
                content.SetTimestamp(column, microseconds);
                return true;
            case ColumnKind.Json:
                return TryReadJson(value, content, column);
            default:
                return false;
        }
    }

    /// <summary>Reads a sequence in the units <see cref="SequenceDefinition"/> describes.</summary>
    public static bool TryReadSequence(FieldKind kind, ReadOnlySpan<byte> value, ColumnType type, out long sequence)
    {
        switch (type.Kind)
        {
            case ColumnKind.Timestamp:
                sequence = 0;
                return kind == FieldKind.Text && IsoTime.TryParse(value, out sequence);
            case ColumnKind.Decimal:
                sequence = 0;
                return TryReadDecimal(value, type, out var unscaled) && (sequence = (long)unscaled) == unscaled;
            default:
                return TryReadInt64(value, out sequence);
        }
    }

    /// <summary>The canonical text of a value in a key, as UTF-8 in <paramref name="target"/> (at least 64 bytes); -1 when it is not of the type. Not for text.</summary>
    public static int WriteKeyPart(FieldKind kind, ReadOnlySpan<byte> value, ColumnType type, Span<byte> target)
    {
        switch (type.Kind)
        {
            case ColumnKind.Int64 when TryReadInt64(value, out var number):
                number.TryFormat(target, out var written, default, CultureInfo.InvariantCulture);
                return written;
            case ColumnKind.Decimal when TryReadDecimal(value, type, out var unscaled):
                return Encoding.UTF8.GetBytes(DecimalText.Format(unscaled, type.Scale), target);
            case ColumnKind.Boolean when TryReadBoolean(value, out var boolean):
                return Encoding.UTF8.GetBytes(boolean ? "true" : "false", target);
            case ColumnKind.Date when kind == FieldKind.Text && IsoTime.TryParseDate(Trim(value), out _):
                Trim(value).CopyTo(target);
                return 10;
            case ColumnKind.Timestamp when kind == FieldKind.Text && IsoTime.TryParse(value, out var microseconds):
                return Encoding.UTF8.GetBytes(SequenceText.Format(microseconds, type), target);
            default:
                return -1;
        }
    }

    public static bool TryReadInt64(ReadOnlySpan<byte> value, out long number)
    {
        value = Trim(value);
        if (Utf8Parser.TryParse(value, out number, out var consumed) && consumed == value.Length)
        {
            return true;
        }

        // 10.0 and 1e1 are whole numbers too: feeds from floating point columns spell them so.
        if (!TryReadDecimal(value, AnyInt64, out var whole) || whole < long.MinValue || whole > long.MaxValue)
        {
            return false;
        }

        number = (long)whole;
        return true;
    }

    private static bool TryReadDecimal(ReadOnlySpan<byte> value, ColumnType type, out Int128 unscaled)
    {
        unscaled = 0;
        value = Trim(value);
        Span<char> characters = stackalloc char[LongestNumber];
        return value.Length is > 0 and <= LongestNumber
            && DecimalText.TryParse(characters[..Encoding.UTF8.GetChars(value, characters)], type, out unscaled);
    }

    private static bool TryReadDouble(ReadOnlySpan<byte> value, out double number)
    {
        value = Trim(value);

        // .NET reads what is too large as infinity; only the word means it.
        return double.TryParse(value, NumberStyles.Float, CultureInfo.InvariantCulture, out number)
            && (!double.IsInfinity(number) || !value.ContainsAnyInRange((byte)'0', (byte)'9'));
    }

    private static bool TryReadBoolean(ReadOnlySpan<byte> value, out bool boolean)
    {
        value = Trim(value);
        boolean = Is(value, "true"u8) || Is(value, "1"u8) || Is(value, "t"u8) || Is(value, "yes"u8);
        return boolean || Is(value, "false"u8) || Is(value, "0"u8) || Is(value, "f"u8) || Is(value, "no"u8);
    }

    private static bool Is(ReadOnlySpan<byte> value, ReadOnlySpan<byte> word) => Ascii.EqualsIgnoreCase(value, word);

    private static ReadOnlySpan<byte> Trim(ReadOnlySpan<byte> value) => value.Trim(" \t"u8);

    /// <summary>A JSON text is read as the JSON in it, so that CSV, NDJSON and a replayed quarantine say the same.</summary>
    private bool TryReadJson(ReadOnlySpan<byte> value, ContentWriter content, int column)
    {
        try
        {
            var canonical = _json.Convert(value);
            if (canonical.SequenceEqual("null"u8))
            {
                content.SetNull(column);
            }
            else
            {
                content.SetUtf8(column, canonical);
            }

            return true;
        }
        catch (JsonException)
        {
            return false;
        }
    }
}
