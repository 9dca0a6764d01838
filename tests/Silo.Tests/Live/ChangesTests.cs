using CustomerTrack.Detect;
using CustomerTrack.Dimensions;
using CustomerTrack.Naive;
using CustomerTrack.Records;

namespace CustomerTrack.Live;

/// <summary>What watchers are told of what happens to one customer.</summary>
public sealed class ChangesTests
{
    private readonly DimensionDefinition _dimension = Generated.Define(ordinal: false, partial: false, keepNull: false);
    private byte[] _state = [];
    private int _file;

    [Fact]
    public void A_new_key_is_inserted_with_every_value_it_has() =>
        Assert.Equal(["insert 5 name: null > a, mail: null > m"], Fold(Says(5, "a", mail: "m")));

    [Fact]
    public void A_newer_record_updates_and_the_version_that_ends_is_no_change_of_its_own()
    {
        Fold(Says(5, "a", mail: "m"));

        Assert.Equal(["update 9 name: a > b"], Fold(Says(9, "b", mail: "m")));
    }

    [Fact]
    public void Several_versions_of_one_batch_are_each_compared_with_the_one_before() =>
        Assert.Equal(["insert 5 name: null > a", "update 6 name: a > b", "update 7 name: b > a"], Fold(Says(5, "a"), Says(6, "b"), Says(7, "a")));

    [Fact]
    public void A_late_record_that_splits_a_version_is_two_updates()
    {
        Fold(Says(5, "alice"), Says(15, "alice"));
        Fold(Says(20, "charlie"));

        Assert.Equal(["update 12 name: alice > bob", "update 15 name: bob > alice"], Fold(Says(12, "bob")));
    }

    [Fact]
    public void A_late_record_before_the_first_version_is_inserted_and_leaves_the_first_alone()
    {
        Fold(Says(10, "b"));

        Assert.Equal(["insert 5 name: null > a"], Fold(Says(5, "a")));
    }

    [Fact]
    public void A_delete_shows_what_was_there_and_who_comes_back_is_inserted()
    {
        Fold(Says(5, "a", mail: "m"));

        Assert.Equal(["delete 9 name: a > null, mail: m > null"], Fold(Deletes(9)));
        Assert.Equal(["insert 12 name: null > c"], Fold(Says(12, "c")));
    }

    [Fact]
    public void A_delete_at_the_moment_of_a_version_takes_it_away()
    {
        Fold(Says(5, "a"));
        Fold(Says(9, "b"));

        Assert.Equal(["delete 9 name: b > null"], Fold(Deletes(9)));
    }

    [Fact]
    public void A_column_without_history_restates_its_version()
    {
        Fold(Says(5, "a", points: "1"));

        Assert.Equal(["restate 5 points: 1 > 2"], Fold(Says(6, "a", points: "2")));
    }

    [Fact]
    public void A_start_that_is_pulled_back_is_retracted_and_the_version_appears_at_its_new_start()
    {
        Fold(Says(10, "a"), Says(20, "b"));

        Assert.Equal(["update 15 name: a > b", "retract 20 name: b > null"], Fold(Says(15, "b")));
    }

    [Fact]
    public void What_is_said_again_changes_nothing()
    {
        Fold(Says(5, "a"));

        Assert.Empty(Fold(Says(5, "a")));
        Assert.Empty(Fold(isRedelivered: true, Says(5, "a")));
    }

    [Fact]
    public void Of_a_redelivery_only_what_it_changed_is_told()
    {
        Fold(Says(5, "a"));

        Assert.Equal(["update 9 name: a > b"], Fold(isRedelivered: true, Says(5, "a"), Says(9, "b")));
    }

    [Fact]
    public void A_change_names_its_file_and_row()
    {
        var change = Assert.Single(Changes.Of(_dimension, Detect(false, Says(5, "a")), new Dictionary<long, string> { [1] = "a.csv" }));

        Assert.Equal(("a.csv", 1), (change.SourceFile, change.SourceRow));
    }

    private static Said Says(long at, string? name, string? points = null, string? mail = null) => new(at, 0, false, [name, points, mail, null, null]);

    private static Said Deletes(long at) => new(at, 0, true, [null, null, null, null, null]);

    private List<string> Fold(params Said[] records) => Fold(isRedelivered: false, records);

    private List<string> Fold(bool isRedelivered, params Said[] records) =>
        [.. Changes.Of(_dimension, Detect(isRedelivered, records), new Dictionary<long, string>()).Select(change =>
            $"{change.Operation.ToString().ToLowerInvariant()} {change.ValidFrom} {string.Join(", ", change.Fields.Select(field => $"{field.Column.Name}: {Text(field.Old)} > {Text(field.New)}"))}")];

    private IReadOnlyList<Delta> Detect(bool isRedelivered, params Said[] records)
    {
        _file++;
        var said = records.Select((record, i) => SaidEncoding.Record(_dimension, record with { File = _file, Row = i + 1 })).ToArray();
        var detected = ChangeDetector.Detect(_dimension, SaidEncoding.Key, _state, said, new() { OpenFloor = 1_000, RecordedAt = _file, Redelivered = isRedelivered });
        _state = detected.State ?? _state;
        return detected.Deltas;
    }

    private static string Text(ReadOnlyMemory<byte>? value) => value is { } bytes ? System.Text.Encoding.UTF8.GetString(bytes.Span) : "null";
}
