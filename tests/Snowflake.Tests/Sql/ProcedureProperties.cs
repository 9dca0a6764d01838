using System.Globalization;
using CsCheck;
using CustomerTrack.Merge;

namespace CustomerTrack.Snowflake.Tests;

/// <summary>The merge procedure's own statements, run on DuckDB with nothing but types translated.</summary>
public sealed class ProcedureProperties
{
    private static readonly Gen<MemberDelta> GenDelta = Gen.Select(Gen.Int[0, 3], Gen.Int[0, 5], Gen.Int[0, 9], Gen.Int[0, 9], Gen.Int[0, 3], Gen.Long[1, 1000])
        .Select(d => new MemberDelta
        {
            Club = "c" + (d.Item1 / 2),
            Number = d.Item1 % 2,
            From = d.Item2 * 10,
            To = d.Item3 < 4 ? null : (d.Item2 * 10) + d.Item3,
            IsRetracted = d.Item4 == 0,
            IsDeleted = d.Item4 is 1 or 2,
            Name = d.Item5 == 0 ? null : "name" + d.Item5,
            Points = d.Item5 == 1 ? null : d.Item5,
            Revision = d.Item6,
        });

    private static readonly Gen<MemberDelta[]> GenDeltas = GenDelta.Array[1, 40].Select(deltas => deltas.DistinctBy(delta => (delta.Club, delta.Number, delta.Revision)).ToArray());

    [Fact]
    public void Merged_in_any_order_twice_or_in_parts_the_tables_are_those_of_the_embedded_merge()
    {
        Gen.Select(GenDeltas, Gen.Int[1, 5], Gen.Int[0, int.MaxValue - 1]).Sample((deltas, objects, seed) =>
        {
            var random = new Random(seed);
            using var test = new DuckSnowflake(Scripts.Of(Scripts.Member));

            // Every delta is in one object, and with luck in another one as well; an object is loaded in one or several parts.
            var loads = new List<MemberLoad>();
            foreach (var delta in deltas)
            {
                loads.Add(new(delta, random.Next(objects)));
                if (random.Next(3) == 0)
                {
                    loads.Add(new(delta, random.Next(objects)));
                }
            }

            var left = loads.ToArray();
            random.Shuffle(left);
            var loaded = new List<MemberLoad>();
            foreach (var part in left.Chunk(random.Next(1, left.Length + 1)))
            {
                test.Load(part);
                loaded.AddRange(part);

                // Before the merge the fresh views have what waits, afterwards all views are the same.
                var (history, current) = (NaiveMember.History(loaded), NaiveMember.Current(loaded));
                Assert.Equal(history, test.Read(NaiveMember.HistorySql("member_history_fresh")));
                Assert.Equal(current, test.Read(NaiveMember.CurrentSql("member_fresh")));
                test.Merge();
                Assert.Equal(history, test.Read(NaiveMember.HistorySql("member_history")));
                Assert.Equal(history, test.Read(NaiveMember.HistorySql("member_history_fresh")));
                Assert.Equal(current, test.Read(NaiveMember.CurrentSql("member")));
                Assert.Equal(current, test.Read(NaiveMember.CurrentSql("member_fresh")));
            }

            Assert.Equal(
                loads.GroupBy(load => load.Object).OrderBy(rows => rows.Key).Select(rows => $"o{rows.Key}|member|{rows.Count()}"),
                test.Read("SELECT object_name, dimension, row_count FROM CUSTOMERTRACK.CT.loads ORDER BY object_name"));
            Assert.Equal(
                loads.GroupBy(load => load.Delta.Shard).OrderBy(rows => rows.Key).Select(rows => $"member|{rows.Key}|{rows.Max(load => load.Delta.RecordedAt)}|{rows.Count()}"),
                test.Read("SELECT dimension, shard, epoch_us(recorded_at), row_count FROM CUSTOMERTRACK.CT.watermarks ORDER BY shard"));

            // The embedded merge of everything at once.
            test.Execute("CREATE TABLE one_history AS FROM CUSTOMERTRACK.CT.member_history LIMIT 0; CREATE TABLE one_current AS FROM CUSTOMERTRACK.CT.member_current LIMIT 0; CREATE TABLE one_deltas AS FROM CUSTOMERTRACK.CT.member_history LIMIT 0");
            test.Execute($"SET TimeZone = 'UTC'; INSERT INTO one_deltas SELECT {DimensionSql.List(new DimensionSql(Scripts.Member).History)} FROM CUSTOMERTRACK.CT.everything");
            var sql = new DimensionSql(Scripts.Member);
            test.Execute(sql.MergeHistory("one_history", "one_deltas"));
            test.Execute(sql.MergeCurrent("one_current", "one_deltas"));
            Assert.Empty(test.Read("(FROM one_history EXCEPT ALL FROM CUSTOMERTRACK.CT.member_history) UNION ALL (FROM CUSTOMERTRACK.CT.member_history EXCEPT ALL FROM one_history)"));
            Assert.Empty(test.Read("(FROM one_current EXCEPT ALL FROM CUSTOMERTRACK.CT.member_current) UNION ALL (FROM CUSTOMERTRACK.CT.member_current EXCEPT ALL FROM one_current)"));
        }, iter: 25, threads: 1);
    }

    [Fact]
    public void The_ledger_has_the_moment_at_which_the_last_merge_of_an_object_took_its_rows()
    {
        using var test = new DuckSnowflake(Scripts.Of(Scripts.Member));
        test.Execute("CREATE OR REPLACE MACRO sysdate() AS getvariable('clock')");
        foreach (var (day, objects) in (ReadOnlySpan<(int, int[])>)[(1, [0, 1]), (2, [1])])
        {
            // The clock goes on while the merge runs.
            test.Execute($"SET VARIABLE clock = TIMESTAMP '2026-01-0{day}'");
            test.Load(objects.Select(number => new MemberLoad(new() { Club = "a", Number = number, From = day, Revision = day }, number)));
            test.Merge(() => test.Execute($"SET VARIABLE clock = TIMESTAMP '2026-01-0{day} 12:00:00'"));
        }

        Assert.Equal(["o0|1|2026-01-01 00:00:00", "o1|2|2026-01-02 00:00:00"], test.Read("SELECT object_name, row_count, merged_at::VARCHAR FROM CUSTOMERTRACK.CT.loads ORDER BY object_name"));
        Assert.Equal(["3|2026-01-02 00:00:00"], test.Read("SELECT sum(row_count)::BIGINT, max(merged_at)::VARCHAR FROM CUSTOMERTRACK.CT.watermarks"));
    }

    [Fact]
    public void Deltas_go_when_they_were_loaded_more_days_ago_than_are_kept()
    {
        using var test = new DuckSnowflake(Scripts.Of(Scripts.Member));
        test.Load([new(new() { Club = "a", Number = 1, From = 1, Revision = 1 }, 0)]);
        test.Execute("INSERT INTO CUSTOMERTRACK.CT.member_deltas SELECT * EXCLUDE (ct_loaded_at), now() - INTERVAL 9 DAY FROM CUSTOMERTRACK.CT.member_deltas");
        test.Execute("INSERT INTO CUSTOMERTRACK.CT.member_deltas SELECT * EXCLUDE (ct_loaded_at), now() - INTERVAL 6 DAY FROM CUSTOMERTRACK.CT.member_deltas LIMIT 1");

        test.Merge();

        Assert.Equal(["6", "0"], test.Read("SELECT datediff('day', ct_loaded_at, now()) FROM CUSTOMERTRACK.CT.member_deltas ORDER BY ct_loaded_at").Select(days => int.Parse(days, CultureInfo.InvariantCulture) is 6 or 7 ? "6" : days));
    }

    [Fact]
    public void A_json_value_that_cannot_be_parsed_is_null_in_the_views_and_fails_nothing()
    {
        var dimension = new Dimensions.DimensionDefinition
        {
            Name = "member",
            Key = Scripts.Member.Key,
            Sequence = Scripts.Member.Sequence,
            Columns = [new("settings", new(Dimensions.ColumnKind.Json))],
        };
        using var test = new DuckSnowflake(Scripts.Of(dimension));
        test.Execute("INSERT INTO CUSTOMERTRACK.CT.member_current (club, number, valid_from, settings, is_deleted, revision) VALUES ('c', 1, '2026-01-01', '{\"a\":', FALSE, 1), ('c', 2, '2026-01-01', '{\"a\":1}', FALSE, 1)");

        Assert.Equal(["1|null", "2|{\"a\":1}"], test.Read("SELECT number, settings FROM CUSTOMERTRACK.PUBLIC.member ORDER BY number"));
    }

    [Theory]
    [InlineData(true, "Ada", "3", """{"a":1}""")]
    [InlineData(false, "***", null, null)]
    public void Without_policies_the_views_themselves_show_personal_columns_to_the_role_only(bool hasRole, string name, string? points, string? json)
    {
        var dimension = new Dimensions.DimensionDefinition
        {
            Name = "member",
            Key = [new("club", Scripts.Text), new("number", Scripts.Int64)],
            Sequence = Scripts.Member.Sequence,
            Columns = [new("name", Scripts.Text), new("points", Scripts.Int64), new("order", Scripts.Timestamp), new("settings", new(Dimensions.ColumnKind.Json))],
            Pii = new HashSet<string> { "club", "name", "points", "settings" },
        };
        using var test = new DuckSnowflake(new(new Dimensions.DimensionCatalog([dimension]), Scripts.Options(masking: false), Scripts.S3));
        test.Execute($"CREATE OR REPLACE MACRO is_role_in_session(role) AS role = 'CUSTOMERTRACK_PII_READER' AND {hasRole}");
        test.Execute("INSERT INTO CUSTOMERTRACK.CT.member_current (club, number, valid_from, name, points, settings, is_deleted, revision) VALUES ('c', 1, '2026-01-01', 'Ada', 3, '{\"a\":1}', FALSE, 1)");
        test.Execute("INSERT INTO CUSTOMERTRACK.CT.member_current (club, number, valid_from, name, points, settings, is_deleted, revision) VALUES ('c', 2, '2026-01-01', NULL, NULL, NULL, FALSE, 1)");

        var key = hasRole ? "c" : "2e7d2c03a9507ae265ecf5b5356885a53393a2029d241394997265a1a25aefc6";
        Assert.Equal(
            [$"{key}|1|{name}|{points ?? "null"}|{json ?? "null"}", $"{key}|2|null|null|null"],
            test.Read("SELECT club, number, name, points, settings FROM CUSTOMERTRACK.PUBLIC.member ORDER BY number"));
    }
}
