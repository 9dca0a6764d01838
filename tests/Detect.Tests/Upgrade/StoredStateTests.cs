using System.Globalization;
using CustomerTrack.Dimensions;
using CustomerTrack.Records;

namespace CustomerTrack.Detect.Tests;

/// <summary>
/// States that were stored by the first version stay readable and mean the same, and records go on being folded into them. A state in Upgrade/States.txt is never
/// made anew to let a test pass; a changed encoding gets another one beside it.
/// </summary>
public sealed class StoredStateTests
{
    private const long AllFilesOpen = 0;
    private const long AllFilesFinished = 99;

    private static readonly Dictionary<string, string[]> Stored = File.ReadAllLines(Path.Combine(AppContext.BaseDirectory, "Upgrade", "States.txt"))
        .Where(line => line.Length > 0 && line[0] != '#')
        .Select(line => line.Split('|'))
        .ToDictionary(parts => parts[0].Trim(), parts => Array.ConvertAll(parts[1..], part => part.Trim()));

    /// <summary>How the states were made: the kind of dimension, whether files are finished at once, and the records.</summary>
    private static readonly Dictionary<string, (DimensionDefinition Dimension, long Floor, Said[] Records)> Made = new()
    {
        ["one record"] = (Define(), AllFilesOpen, [Says(10, 1, 1, "a")]),
        ["versions, a gap and a restated one"] = (Define(), AllFilesOpen, [Says(10, 1, 1, "a", "1"), Says(20, 1, 2, "a", "2"), Says(30, 2, 1, "b"), Deletes(40, 2, 2), Says(50, 3, 1, "b"), Says(60, 3, 2, "b")]),
        ["a retracted start"] = (Define(), AllFilesOpen, [Says(10, 1, 1, "a"), Says(30, 1, 2, "b"), Says(20, 2, 1, "b")]),
        ["a delete of an unknown customer"] = (Define(), AllFilesOpen, [Deletes(-5, 7, 3)]),
        ["nulls and text of all kinds"] = (Define(), AllFilesOpen, [Says(long.MaxValue, long.MaxValue, 1, "ü🙂\0", null, "", "|\\", new string('x', 300))]),
        ["a tie of open files"] = (Define(), AllFilesOpen, [Says(10, 1, 1, "a"), Says(10, 2, 1, "b"), Deletes(10, 3, 1)]),
        ["a tie of finished files"] = (Define(), AllFilesFinished, [Says(10, 1, 1, "b"), Says(10, 2, 1, "a")]),
        ["ordinals"] = (Define(ordinal: true), AllFilesOpen, [Says(10, 1, 1, "a") with { Ordinal = 5 }, Says(10, 1, 2, "b") with { Ordinal = -5 }, Deletes(20, 1, 3) with { Ordinal = long.MinValue + 1 }]),
        ["partial records"] = (Define(partial: true), AllFilesOpen, [Says(10, 1, 1, "a", "1", "m"), Says(20, 1, 2, Said.Absent, "2", Said.Absent), Says(20, 1, 3, "b", Said.Absent, null), Deletes(30, 1, 4), Says(30, 1, 5, "c")]),
        ["partial records with ordinals"] = (Define(ordinal: true, partial: true), AllFilesOpen, [Says(10, 1, 1, "a", "1", "m") with { Ordinal = 2 }, Says(10, 2, 1, Said.Absent, "2") with { Ordinal = 1 }, Deletes(10, 2, 2) with { Ordinal = 3 }]),
    };

    public static TheoryData<string> Names => [.. Made.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void A_state_that_was_stored_once_has_the_same_rows(string name)
    {
        var state = State(name);

        var rows = CustomerHistory.Rows(Made[name].Dimension, SaidEncoding.Key, state, retracted: true).Select(Text);

        Assert.Equal(Stored[name][1].Split(" ; "), rows);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void What_is_stored_today_is_what_was_stored_then(string name) => Assert.Equal(Convert.ToHexString(State(name)), Convert.ToHexString(Make(name)));

    [Theory]
    [MemberData(nameof(Names))]
    public void Records_that_a_stored_state_holds_change_nothing_in_it(string name)
    {
        var (dimension, floor, records) = Made[name];

        var again = Detect(dimension, State(name), floor, records[^1]);

        Assert.Null(again.State);
        Assert.Empty(again.Deltas);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void A_late_record_is_folded_into_a_stored_state_as_into_one_of_today(string name)
    {
        var (dimension, floor, _) = Made[name];
        var late = Says(15, 98, 1, "late", "9") with { Ordinal = 1 };

        var stored = Detect(dimension, State(name), floor, late);
        var today = Detect(dimension, Make(name), floor, late);

        Assert.NotNull(stored.State);
        Assert.Equal(today.State, stored.State);
        Assert.Equal(today.Deltas.Select(Text), stored.Deltas.Select(Text));
    }

    private static byte[] State(string name)
    {
        if (!Stored.TryGetValue(name, out var parts))
        {
            var state = Make(name);
            var rows = CustomerHistory.Rows(Made[name].Dimension, SaidEncoding.Key, state, retracted: true).Select(Text);
            Assert.Fail($"There is no such state yet. It would be: {name} | {Convert.ToHexString(state)} | {string.Join(" ; ", rows)}");
        }

        return Convert.FromHexString(parts![0]);
    }

    /// <summary>One record a batch, as if each came by itself.</summary>
    private static byte[] Make(string name)
    {
        var (dimension, floor, records) = Made[name];
        byte[] state = [];
        foreach (var record in records)
        {
            state = Detect(dimension, state, floor, record).State ?? state;
        }

        return state;
    }

    private static Detected Detect(DimensionDefinition dimension, byte[] state, long floor, Said record) => ChangeDetector.Detect(
        dimension,
        SaidEncoding.Key,
        state,
        [SaidEncoding.Record(dimension, record)],
        new() { OpenFloor = floor, RecordedAt = 1_769_860_800_000_000 + record.Row, Redelivered = false });

    private static DimensionDefinition Define(bool ordinal = false, bool partial = false) => Generated.Define(ordinal, partial, keepNull: false);

    private static Said Says(long sequence, long file, int row, string? name, string? points = null, string? mail = null, string? born = null, string? seen = null) =>
        new(sequence, 0, false, [name, points, mail, born, seen]) { File = (int)Math.Min(file, int.MaxValue), Row = row };

    private static Said Deletes(long sequence, long file, int row) => new(sequence, 0, true, [null, null, null, null, null]) { File = (int)file, Row = row };

    private static string Text(Delta row) => string.Create(
        CultureInfo.InvariantCulture, $"[{row.ValidFrom},{row.ValidTo}) {row.State} {row.Revision} {row.RecordedAt} {row.File}:{row.Row} {(row.Content.IsEmpty ? "-" : Convert.ToHexString(row.Content.Span))}");
}
