using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace CustomerTrack.Snowflake;

/// <summary>Statements as one text, and which of them a failure is about.</summary>
internal sealed partial class StatementBatch
{
    private readonly List<(int Line, string Label)> _starts = [];

    public StatementBatch(IReadOnlyList<string> statements)
    {
        var text = new StringBuilder();
        var line = 1;
        foreach (var statement in statements)
        {
            var body = statement.Trim().TrimEnd(';').TrimEnd();
            if (body.Length == 0)
            {
                throw new ArgumentException($"Statement {_starts.Count + 1} of {statements.Count} is empty.", nameof(statements));
            }

            // The semicolon has a line of its own: the last one of a statement may be a comment.
            text.Append(_starts.Count > 0 ? "\n;\n" : "").Append(body);
            _starts.Add((line, StatementLabel.Of(body)));
            line += body.Count(letter => letter == '\n') + 2;
        }

        Text = text.ToString();
    }

    public string Text { get; }

    public int Count => _starts.Count;

    /// <summary>The first statement, without literals.</summary>
    public override string ToString() => Count == 1 ? _starts[0].Label : $"{Count} statements from {_starts[0].Label}";

    /// <summary>What a failure is about ("statement 2 of 3 (CREATE TABLE t)") and the reason alone.</summary>
    public (string Operation, string Said) Explain(string message)
    {
        if (Count == 1)
        {
            return ($"statement ({_starts[0].Label})", message);
        }

        // The frame around the reason quotes the statement, literals and all.
        var frame = Frame().Match(message);
        return frame.Success && int.TryParse(frame.Groups["line"].ValueSpan, NumberStyles.None, CultureInfo.InvariantCulture, out var line) && _starts.FindLastIndex(start => start.Line <= line) is >= 0 and var index
            ? (Describe(index), frame.Groups["reason"].Value.Trim())
            : ($"one of {Count} statements", message);
    }

    /// <param name="index">From zero.</param>
    public string Describe(int index) => $"statement {index + 1} of {Count} ({_starts[index].Label})";

    [GeneratedRegex(@"failed on statement .*\(at line (?<line>\d+), position \d+\)\.?(?<reason>.+?)(?: in SYSTEM\$MULTISTMT at .*)?$", RegexOptions.Singleline | RegexOptions.CultureInvariant)]
    private static partial Regex Frame();
}
