using System.Buffers;

namespace CustomerTrack.Cli.Output;

/// <summary>RFC 4180: lines end with CR LF; a field is quoted where it must be, and when it is an empty text, to tell it from null.</summary>
internal static class CsvFormat
{
    private static readonly SearchValues<char> Special = SearchValues.Create(",\"\r\n");

    public static async Task<long> PrintAsync(Result result, TextWriter writer, CancellationToken cancellationToken)
    {
        for (var i = 0; i < result.Columns.Count; i++)
        {
            Write(writer, i, new(CellKind.Text, result.Columns[i]));
        }

        await writer.WriteAsync("\r\n");
        var count = 0L;
        await foreach (var row in result.Rows.WithCancellation(cancellationToken))
        {
            for (var i = 0; i < row.Count; i++)
            {
                Write(writer, i, row[i]);
            }

            await writer.WriteAsync("\r\n");
            count++;
        }

        await writer.FlushAsync(cancellationToken);
        return count;
    }

    private static void Write(TextWriter writer, int index, Cell cell)
    {
        if (index > 0)
        {
            writer.Write(',');
        }

        if (cell.Text.AsSpan().ContainsAny(Special) || cell is { Kind: CellKind.Text, Text: "" })
        {
            writer.Write('"');
            writer.Write(cell.Text.Replace("\"", "\"\"", StringComparison.Ordinal));
            writer.Write('"');
        }
        else
        {
            writer.Write(cell.Text);
        }
    }
}
