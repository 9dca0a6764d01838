using System.Globalization;
using CustomerTrack.Dimensions;

namespace CustomerTrack.Records;

/// <summary>Decimals of up to 38 digits as an integer x 10^scale.</summary>
public static class DecimalText
{
    /// <summary>
    /// Reads a decimal; trailing zeros do not count, more digits than the type has are refused, never rounded.
    /// Exponents are read (<c>1e3</c>).
    /// </summary>
    public static bool TryParse(ReadOnlySpan<char> text, ColumnType type, out Int128 unscaled)
    {
        unscaled = 0;
        text = text.Trim();
        var exponent = 0;
        var e = text.IndexOfAny('e', 'E');
        if (e >= 0)
        {
            if (!int.TryParse(text[(e + 1)..], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out exponent) || exponent is > 100 or < -100)
            {
                return false;
            }

            text = text[..e];
        }

        var negative = text.StartsWith("-");
        if (negative || text.StartsWith("+"))
        {
            text = text[1..];
        }

        var point = text.IndexOf('.');
        var fraction = point < 0 ? 0 : text.Length - point - 1;
        if (text.Length - (point < 0 ? 0 : 1) == 0)
        {
            return false;
        }

        // The power of ten the digits have still to be multiplied with.
        var shift = type.Scale - fraction + exponent;
        var digits = 0;
        Int128 value = 0;
        for (var i = 0; i < text.Length; i++)
        {
            if (i == point)
            {
                continue;
            }

            var digit = text[i] - '0';
            if (digit is < 0 or > 9)
            {
                return false;
            }

            // Digits that fall behind the scale must be zeros.
            var remaining = text.Length - i - 1 - (point > i ? 1 : 0);
            if (remaining + shift < 0)
            {
                if (digit != 0)
                {
                    return false;
                }

                continue;
            }

            if (value != 0 || digit != 0)
            {
                if (++digits > 38)
                {
                    return false;
                }

                value = (value * 10) + digit;
            }
        }

        for (var i = 0; i < shift && value != 0; i++)
        {
            if (++digits > 38)
            {
                return false;
            }

            value *= 10;
        }

        if (digits > type.Precision)
        {
            return false;
        }

        unscaled = negative ? -value : value;
        return true;
    }

    /// <summary>The decimal with exactly <paramref name="scale"/> digits after the point.</summary>
    public static string Format(Int128 unscaled, int scale)
    {
        var digits = (unscaled < 0 ? -unscaled : unscaled).ToString(CultureInfo.InvariantCulture).PadLeft(scale + 1, '0');
        var text = scale == 0 ? digits : $"{digits[..^scale]}.{digits[^scale..]}";
        return unscaled < 0 ? "-" + text : text;
    }
}
