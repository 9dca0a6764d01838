using System.Text;
using CustomerTrack.Generator;

namespace CustomerTrack.Harness;

/// <summary>Holds both tables against a generator's answer key, row by row.</summary>
public static class AnswerCheck
{
    private const int Shown = 8;
    private const string Time = "%Y-%m-%dT%H:%M:%S.%fZ";

    /// <summary>Writes the answer key into a folder and compares.</summary>
    public static async Task MustHoldAsync(Site site, AnswerKey answer, CancellationToken cancellationToken)
    {
        using var folder = new TestFolder();
        await answer.WriteAsync(folder.Path, cancellationToken);
        await MustHoldAsync(site, folder.Path, cancellationToken);
    }

    /// <summary>Compares with <c>{dimension}.csv</c> and <c>{dimension}_history.csv</c> of an answer folder.</summary>
    /// <exception cref="AnswerMismatchException">A row is missing or should not be there; shows the first ones.</exception>
    public static async Task MustHoldAsync(Site site, string answerFolder, CancellationToken cancellationToken)
    {
        var name = site.Dimension.Name;
        var columns = string.Join(", ", site.Dimension.Key.Select(key => key.Name).Concat(site.Dimension.Columns.Select(column => column.Name)));
        await MustHoldAsync(
            name,
            answerFolder,
            await site.QueryAsync($"SELECT {columns}, strftime(valid_from, '{Time}') FROM {name}", cancellationToken),
            await site.QueryAsync($"SELECT {columns}, strftime(valid_from, '{Time}'), strftime(valid_to, '{Time}') FROM {name}_history", cancellationToken),
            cancellationToken);
    }

    /// <summary>Compares rows from anywhere, as lines of CSV: key and data columns, <c>valid_from</c>, and <c>valid_to</c> of the history.</summary>
    /// <exception cref="AnswerMismatchException">A row is missing or should not be there; shows the first ones.</exception>
    public static async Task MustHoldAsync(
        string name, string answerFolder, IReadOnlyList<string> current, IReadOnlyList<string> history, CancellationToken cancellationToken)
    {
        var problems = new StringBuilder();
        Compare($"{name} (SCD1)", await File.ReadAllLinesAsync(Path.Combine(answerFolder, $"{name}.csv"), cancellationToken), current, problems);
        Compare($"{name}_history (SCD2)", await File.ReadAllLinesAsync(Path.Combine(answerFolder, $"{name}_history.csv"), cancellationToken), history, problems);
        if (problems.Length > 0)
        {
            throw new AnswerMismatchException(problems.ToString());
        }
    }

    private static void Compare(string table, string[] answer, IReadOnlyList<string> rows, StringBuilder problems)
    {
        // As bags, not as sets: a row that is there twice is a difference.
        var missing = new Dictionary<string, int>(answer.Length, StringComparer.Ordinal);
        foreach (var line in answer.AsSpan(1))
        {
            missing[line] = missing.GetValueOrDefault(line) + 1;
        }

        var unexpected = new List<string>();
        foreach (var row in rows)
        {
            if (missing.TryGetValue(row, out var count) && count > 0)
            {
                missing[row] = count - 1;
            }
            else
            {
                unexpected.Add(row);
            }
        }

        var absent = missing.Where(entry => entry.Value > 0).Select(entry => entry.Key).ToList();
        if (absent.Count == 0 && unexpected.Count == 0)
        {
            return;
        }

        problems.AppendLine($"{table}: {answer.Length - 1} rows expected, {rows.Count} found; {absent.Count} are missing, {unexpected.Count} should not be there.");
        var keys = absent.Concat(unexpected).Select(KeyOf).Distinct().Order(StringComparer.Ordinal).Take(Shown).ToHashSet(StringComparer.Ordinal);
        foreach (var (sign, line) in absent.Select(line => ('-', line)).Concat(unexpected.Select(line => ('+', line)))
            .Where(entry => keys.Contains(KeyOf(entry.Item2))).OrderBy(entry => KeyOf(entry.Item2), StringComparer.Ordinal).ThenBy(entry => entry.Item1))
        {
            problems.AppendLine($"  {sign} {line}");
        }
    }

    private static string KeyOf(string line) => line[..line.IndexOf(',', StringComparison.Ordinal)];
}
