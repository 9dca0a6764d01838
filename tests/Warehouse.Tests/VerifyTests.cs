using CustomerTrack.Records;
using static CustomerTrack.Warehouse.Tests.Deltas;
using static CustomerTrack.Warehouse.Tests.TestWarehouse;

namespace CustomerTrack.Warehouse.Tests;

public sealed class VerifyTests
{
    private static readonly Delta[] Sound =
    [
        Version("a", 10, 20, 1), Version("a", 20, 30, 2, name: "Bob"), Deleted("a", 30, 40, 3), Version("a", 40, null, 4, name: "Bob"),
        Version("b", 10, null, 1), Deleted("b", 20, null, 3), Version("b", 10, 20, 2), Retracted("b", 15, 4),
    ];

    [Fact]
    public async Task Sound_tables_have_no_violation()
    {
        await using var test = await CreateAsync(TestDimensions.Customer());
        await test.LoadAsync(TestDimensions.Customer(), Sound);

        Assert.Empty(await test.Warehouse.CheckInvariantsAsync(Cancel));
        await test.Warehouse.MergeAsync("customer", Cancel);
        Assert.Empty(await test.Warehouse.CheckInvariantsAsync(Cancel));
        Assert.Empty(await test.Warehouse.CompareLakeAsync(test.Lake, Cancel));
    }

    [Theory]
    [InlineData("overlap", 10, 25, 20, 30)]
    [InlineData("overlap", 10, null, 20, 30)]
    [InlineData("zero_width", 10, 10, 20, 30)]
    [InlineData("many_open", 10, null, 20, null)]
    [InlineData("equal_neighbours", 10, 20, 20, 30)]
    [InlineData("current_differs", 10, null, 20, null)]
    public async Task A_broken_invariant_is_found_and_its_key_is_named(string check, int from, int? to, int nextFrom, int? nextTo)
    {
        await using var test = await CreateAsync(TestDimensions.Customer());
        await test.LoadAsync(TestDimensions.Customer(), [.. Sound, Version("bad\\|key", from, to, 1), Version("bad\\|key", nextFrom, nextTo, 2)]);

        var found = await test.Warehouse.CheckInvariantsAsync(Cancel);

        Assert.Equal(["bad\\|key"], Assert.Single(found, violation => violation.Check == check).First);
    }

    [Fact]
    public async Task Rows_of_the_states_are_compared_both_ways()
    {
        await using var test = await CreateAsync(TestDimensions.Customer());
        await test.LoadAsync(TestDimensions.Customer(), Sound);
        await test.LoadAsync(TestDimensions.Customer(), Version("only_in_tables", 1, null, 1));
        await test.Warehouse.MergeAsync("customer", Cancel);

        var state = Sound.GroupBy(row => (row.Key, row.ValidFrom)).Select(rows => rows.MaxBy(row => row.Revision)!);
        var found = await test.Warehouse.CompareRowsAsync("customer", state.Append(Version("only_in_state", 1, null, 1)).ToAsyncEnumerable(), withRevision: true, Cancel);

        Assert.Equal(
            [("missing_in_tables", 1L, "only_in_state"), ("not_in_state", 1L, "only_in_tables")],
            found.Select(violation => (violation.Check, violation.Count, violation.First[0])));
        Assert.Empty(Directory.EnumerateFileSystemEntries(Path.Combine(test.Folder, "warehouse.duckdb.verify")));
    }

    [Fact]
    public async Task A_lake_that_differs_from_the_tables_is_found()
    {
        await using var test = await CreateAsync(TestDimensions.Customer());
        var loaded = await test.LoadAsync(TestDimensions.Customer(), Version("a", 10, null, 1));
        var gone = await test.LoadAsync(TestDimensions.Customer(), Version("b", 10, null, 1));
        var missing = await test.Lake.WriteAsync(TestDimensions.Customer(), [Version("c", 10, null, 1)], Files, Cancel);
        var other = await test.Lake.WriteAsync(TestDimensions.Customer(), [Version("a", 10, null, 1, name: "Bob")], Files, Cancel);
        File.Move(Path.Combine(test.Lake.Root, other.Name), Path.Combine(test.Lake.Root, loaded.Name), overwrite: true);
        File.Delete(Path.Combine(test.Lake.Root, gone.Name));

        var found = await test.Warehouse.CompareLakeAsync(test.Lake, Cancel);

        Assert.Equal(
            [("object_not_loaded", missing.Name), ("object_not_in_lake", gone.Name), ("missing_in_tables", "a"), ("not_in_lake", "a")],
            found.Select(violation => (violation.Check, violation.First[0])));
    }
}
