using System.Globalization;
using System.Text;
using System.Text.Json;
using CustomerTrack.Dimensions;
using CustomerTrack.Records;

namespace CustomerTrack.Generator;

/// <summary>
/// The tables that must come out of a feed that was read to its end into an empty data folder. Made from the population's
/// biographies, never from its records: a second opinion, not a second fold.
/// </summary>
public sealed class AnswerKey
{
    private static readonly ColumnType Timestamp = new(ColumnKind.Timestamp);
    private static readonly JsonSerializerOptions Json = new() { WriteIndented = true };

    private readonly FeedPlan _plan;
    private readonly Vocabulary _vocabulary;
    private readonly Population _population;

    internal AnswerKey(FeedPlan plan, Vocabulary vocabulary, Population population, FeedCounts counts)
    {
        _plan = plan;
        _vocabulary = vocabulary;
        _population = population;
        Counts = counts;
    }

    /// <summary>What the feed wrote, and how much of it is to be refused.</summary>
    public FeedCounts Counts { get; }

    /// <summary>Every version (SCD2), by key, then <see cref="AnswerRow.ValidFrom"/>. Keys in the order of the people's numbers.</summary>
    public IEnumerable<AnswerRow> History()
    {
        List<LifeEntry> biography = [];
        List<Version> versions = [];
        for (var person = 0; person < _population.Joined; person++)
        {
            _population.Biography(person, biography);
            Tell(biography, versions);
            var key = _plan.Key(person);
            foreach (var version in versions)
            {
                yield return new() { Key = key, Values = version.Values, ValidFrom = version.From, ValidTo = version.To };
            }
        }
    }

    /// <summary>The people who are there now (SCD1), by key.</summary>
    public IEnumerable<AnswerRow> Current() => History().Where(row => row.ValidTo is null);

    /// <summary>
    /// Writes <c>{dimension}.csv</c> (SCD1), <c>{dimension}_history.csv</c> (SCD2) and <c>expected.json</c> (the counts).
    /// Times are <c>2026-01-31T12:00:00.000000Z</c>; an empty unquoted field is null.
    /// </summary>
    public async Task WriteAsync(string folder, CancellationToken cancellationToken = default)
    {
        Directory.CreateDirectory(folder);
        var name = _plan.Definition.Name;
        var versions = 0L;
        var open = 0L;
        var current = Path.Combine(folder, $"{name}.csv");
        var history = Path.Combine(folder, $"{name}_history.csv");
        await using (var currentText = new StreamWriter(Temporary(current), append: false, new UTF8Encoding(false), 1 << 17))
        await using (var historyText = new StreamWriter(Temporary(history), append: false, new UTF8Encoding(false), 1 << 17))
        {
            string[] columns = [_plan.Definition.Key[0].Name, .. _plan.Definition.Columns.Select(column => column.Name), "valid_from"];
            await currentText.WriteAsync(Line(columns));
            await historyText.WriteAsync(Line([.. columns, "valid_to"]));
            foreach (var row in History())
            {
                cancellationToken.ThrowIfCancellationRequested();
                versions++;
                string?[] fields = [row.Key, .. row.Values, SequenceText.Format(row.ValidFrom, Timestamp)];
                if (row.ValidTo is null)
                {
                    open++;
                    await currentText.WriteAsync(Line(fields));
                }

                await historyText.WriteAsync(Line([.. fields, row.ValidTo is { } to ? SequenceText.Format(to, Timestamp) : null]));
            }
        }

        var expected = Path.Combine(folder, "expected.json");
        await using (var stream = File.Create(Temporary(expected)))
        {
            await JsonSerializer.SerializeAsync(stream, Expected(versions, open), Json, cancellationToken);
        }

        foreach (var path in (string[])[current, history, expected])
        {
            File.Move(Temporary(path), path, overwrite: true);
        }
    }

    private static string Temporary(string path) => Path.Combine(Path.GetDirectoryName(path)!, $".{Path.GetFileName(path)}.tmp");

    private static string Line(IReadOnlyList<string?> fields) =>
        string.Join(',', fields.Select(field => field is null ? "" : field.Length == 0 || field.AsSpan().IndexOfAny(",\"\r\n") >= 0
            ? $"\"{field.Replace("\"", "\"\"", StringComparison.Ordinal)}\""
            : field)) + "\n";

    private object Expected(long versions, long open) => new
    {
        rows = Counts.Rows,
        files = Counts.Files,
        accepted = Counts.Rows - Counts.Dirty,
        dirty = Counts.Dirty,
        dirty_by_kind = Counts.ByDirt.ToDictionary(pair => Snake(pair.Key.ToString()), pair => pair.Value),
        rows_by_kind = Counts.ByKind.ToDictionary(pair => Snake(pair.Key.ToString()), pair => pair.Value),
        duplicates = Counts.Duplicates,
        late = Counts.Late,
        partial = Counts.Partial,
        customers = _population.Joined,
        versions,
        open,
    };

    private static string Snake(string name) => string.Concat(name.Select((letter, i) =>
        char.IsUpper(letter) ? (i == 0 ? "" : "_") + char.ToLower(letter, CultureInfo.InvariantCulture) : letter.ToString()));

    private void Tell(List<LifeEntry> biography, List<Version> versions)
    {
        versions.Clear();
        Version? open = null;
        string?[]? newest = null;
        foreach (var entry in biography)
        {
            if (entry.Profile.Gone)
            {
                open!.To = entry.At;
                open = null;
                continue;
            }

            var values = newest = PersonText.Of(_vocabulary, _plan.Traits, entry.Profile);
            if (open is not null && IsSame(HistoryMode.Track, open.Values, values))
            {
                // Only columns without history of their own changed: the version shows the newest.
                open.Values = values;
                continue;
            }

            if (open is not null)
            {
                open.To = entry.At;
            }

            versions.Add(open = new() { From = entry.At, Values = values });
        }

        for (var i = 0; i < _plan.Traits.Count; i++)
        {
            if (_plan.Definition.Columns[i].History == HistoryMode.Overwrite)
            {
                versions.ForEach(version => version.Values[i] = newest![i]);
            }
        }
    }

    private bool IsSame(HistoryMode mode, string?[] left, string?[] right)
    {
        for (var i = 0; i < left.Length; i++)
        {
            if (_plan.Definition.Columns[i].History == mode && left[i] != right[i])
            {
                return false;
            }
        }

        return true;
    }

    private sealed class Version
    {
        public required long From { get; init; }

        public long? To { get; set; }

        public required string?[] Values { get; set; }
    }
}
