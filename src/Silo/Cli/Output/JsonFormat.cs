using System.Buffers;
using System.Text;
using System.Text.Json;

namespace CustomerTrack.Cli.Output;

/// <summary>An array of objects, one a line.</summary>
internal static class JsonFormat
{
    public static async Task<long> PrintAsync(Result result, TextWriter writer, CancellationToken cancellationToken)
    {
        var names = Distinct(result.Columns);
        var buffer = new ArrayBufferWriter<byte>();
        using var json = new Utf8JsonWriter(buffer, ResultJson.Writer);
        var count = 0L;
        await writer.WriteAsync('[');
        await foreach (var row in result.Rows.WithCancellation(cancellationToken))
        {
            buffer.ResetWrittenCount();
            json.Reset();
            json.WriteStartObject();
            for (var i = 0; i < names.Length; i++)
            {
                json.WritePropertyName(names[i]);
                Write(json, row[i]);
            }

            json.WriteEndObject();
            json.Flush();
            await writer.WriteAsync(count++ == 0 ? "\n  " : ",\n  ");
            await writer.WriteAsync(Encoding.UTF8.GetString(buffer.WrittenSpan));
        }

        await writer.WriteAsync(count == 0 ? "]\n" : "\n]\n");
        await writer.FlushAsync(cancellationToken);
        return count;
    }

    public static void Write(Utf8JsonWriter json, Cell cell)
    {
        switch (cell.Kind)
        {
            case CellKind.Null:
                json.WriteNullValue();
                break;
            case CellKind.Number or CellKind.Boolean:
                json.WriteRawValue(cell.Text);
                break;
            default:
                json.WriteStringValue(cell.Text);
                break;
        }
    }

    // SQL lets two columns have one name; most readers of JSON would drop the first.
    private static string[] Distinct(IReadOnlyList<string> columns)
    {
        var taken = new HashSet<string>(columns, StringComparer.Ordinal);
        var seen = new HashSet<string>(StringComparer.Ordinal);
        return [.. columns.Select(column =>
        {
            if (seen.Add(column))
            {
                return column;
            }

            var number = 2;
            while (!taken.Add($"{column}_{number}"))
            {
                number++;
            }

            return $"{column}_{number}";
        })];
    }
}
