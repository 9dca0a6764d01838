using System.Collections;
using System.Globalization;
using System.Numerics;
using System.Text.Json;

namespace CustomerTrack.Cli.Output;

/// <summary>One value of a result in canonical text, so that a result reads the same in every format and from every process.</summary>
internal readonly record struct Cell(CellKind Kind, string Text)
{
    public static readonly Cell Null = new(CellKind.Null, "");

    /// <summary>The text of a value as databases return it. Times are UTC; their fraction is left out when it is zero.</summary>
    /// <exception cref="NotSupportedException">The type has no text here.</exception>
    public static Cell Of(object? value) => value switch
    {
        null or DBNull => Null,
        string text => new(CellKind.Text, text),
        bool flag => new(CellKind.Boolean, flag ? "true" : "false"),
        sbyte or byte or short or ushort or int or uint or long or ulong or Int128 or UInt128 or BigInteger or decimal => new(CellKind.Number, ((IFormattable)value).ToString(null, CultureInfo.InvariantCulture)),
        double number => Of(number, number.ToString("R", CultureInfo.InvariantCulture)),
        float number => Of(number, number.ToString("R", CultureInfo.InvariantCulture)),
        DateTime time => new(CellKind.Text, time.ToString("yyyy-MM-dd'T'HH:mm:ss.FFFFFF'Z'", CultureInfo.InvariantCulture)),
        DateTimeOffset time => Of(time.UtcDateTime),
        DateOnly date => new(CellKind.Text, date.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture)),
        TimeOnly time => new(CellKind.Text, time.ToString("HH:mm:ss.FFFFFF", CultureInfo.InvariantCulture)),
        TimeSpan span => new(CellKind.Text, span.ToString("c", CultureInfo.InvariantCulture)),
        Guid id => new(CellKind.Text, id.ToString()),
        byte[] bytes => new(CellKind.Text, Convert.ToHexStringLower(bytes)),
        Enum named => new(CellKind.Text, named.ToString()),
        IEnumerable or JsonElement => new(CellKind.Text, JsonSerializer.Serialize(value, ResultJson.Options)),
        IFormattable other => new(CellKind.Text, other.ToString(null, CultureInfo.InvariantCulture)),
        _ => throw new NotSupportedException($"A value of type {value.GetType()} cannot be printed; cast it to text in the query."),
    };

    // JSON has no infinity.
    private static Cell Of(double number, string text) => new(double.IsFinite(number) ? CellKind.Number : CellKind.Text, text);
}
