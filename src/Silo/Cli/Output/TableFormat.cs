using System.Globalization;
using System.Text;
using Spectre.Console;

namespace CustomerTrack.Cli.Output;

/// <summary>Rows for people. What is in the data is never read as markup, nor sent to the terminal as a control sequence.</summary>
internal static class TableFormat
{
    // Column widths need all rows of a table, so a long result is printed as several.
    private const int RowsPerTable = 2_000;

    public static async Task<long> PrintAsync(Result result, CommandOutput output, CancellationToken cancellationToken)
    {
        var console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Ansi = output.IsTerminal ? AnsiSupport.Detect : AnsiSupport.No,
            ColorSystem = output.IsTerminal ? ColorSystemSupport.Detect : ColorSystemSupport.NoColors,
            Interactive = InteractionSupport.No,
            Out = new AnsiConsoleOutput(output.Out),
        });
        console.Profile.Width = output.IsTerminal ? output.Width : 1 << 20;
        var page = new List<IReadOnlyList<Cell>>();
        var count = 0L;
        await foreach (var row in result.Rows.WithCancellation(cancellationToken))
        {
            page.Add(row);
            count++;
            if (page.Count == RowsPerTable)
            {
                Print(console, result.Columns, page);
                page.Clear();
            }
        }

        if (page.Count > 0 || count == 0)
        {
            Print(console, result.Columns, page);
        }

        await output.Out.FlushAsync(cancellationToken);
        await output.Error.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"{count:N0} {(count == 1 ? "row" : "rows")}"));
        return count;
    }

    private static void Print(IAnsiConsole console, IReadOnlyList<string> columns, List<IReadOnlyList<Cell>> rows)
    {
        var table = new Table { Border = console.Profile.Capabilities.Unicode ? TableBorder.Rounded : TableBorder.Ascii };
        for (var i = 0; i < columns.Count; i++)
        {
            var column = new TableColumn(new Text(Visible(columns[i]), new Style(decoration: Decoration.Bold)));
            table.AddColumn(rows.Count > 0 && rows.TrueForAll(row => row[i].Kind is CellKind.Number or CellKind.Null) ? column.RightAligned() : column);
        }

        foreach (var row in rows)
        {
            table.AddRow(row.Select(cell => cell.Kind == CellKind.Null ? new Text("NULL", new Style(decoration: Decoration.Dim)) : new Text(Visible(cell.Text))));
        }

        console.Write(table);
    }

    /// <summary>Control and formatting characters as escapes: a name must not move the cursor or turn the line around.</summary>
    internal static string Visible(string text)
    {
        if (!text.Any(IsHidden))
        {
            return text;
        }

        var visible = new StringBuilder(text.Length + 8);
        foreach (var c in text)
        {
            _ = c switch
            {
                '\n' => visible.Append("\\n"),
                '\r' => visible.Append("\\r"),
                '\t' => visible.Append("\\t"),
                _ when IsHidden(c) => visible.Append(CultureInfo.InvariantCulture, $"\\u{(int)c:x4}"),
                _ => visible.Append(c),
            };
        }

        return visible.ToString();
    }

    // U+200D joins emoji and letters of several scripts, so it is left alone.
    private static bool IsHidden(char c) => char.IsControl(c) || c is '\u2028' or '\u2029' || (char.GetUnicodeCategory(c) == UnicodeCategory.Format && c is not ('\u200D' or '\u200C'));
}
