using static CustomerTrack.Warehouse.Tests.Deltas;
using static CustomerTrack.Warehouse.Tests.TestWarehouse;

namespace CustomerTrack.Warehouse.Tests;

public sealed class MergeTests
{
    [Fact]
    public async Task A_retraction_that_arrives_before_its_row_hides_it()
    {
        await using var test = await CreateAsync(TestDimensions.Customer());

        await test.LoadAsync(TestDimensions.Customer(), Retracted("a", from: 20, revision: 5), Version("a", 10, null, revision: 6));
        await test.Warehouse.MergeAsync("customer", Cancel);
        await test.LoadAsync(TestDimensions.Customer(), Version("a", 20, null, revision: 4, name: "Bob"));

        Assert.Equal(["a|10|null|Ann"], await test.ReadAsync("SELECT customer_id, valid_from, valid_to, name FROM customer_history"));
        Assert.Equal(["a|10|Ann"], await test.ReadAsync("SELECT customer_id, valid_from, name FROM customer"));
        await test.Warehouse.MergeAsync("customer", Cancel);
        Assert.Equal(["a|10|null|Ann"], await test.ReadAsync("SELECT customer_id, valid_from, valid_to, name FROM customer_history"));
        Assert.Equal(["a|10|Ann"], await test.ReadAsync("SELECT customer_id, valid_from, name FROM customer"));
    }

    [Fact]
    public async Task A_delete_that_arrives_before_the_insert_keeps_the_key_deleted()
    {
        await using var test = await CreateAsync(TestDimensions.Customer());

        await test.LoadAsync(TestDimensions.Customer(), Deleted("a", 20, null, revision: 3), Version("a", 10, 20, revision: 2));
        await test.Warehouse.MergeAsync("customer", Cancel);
        await test.LoadAsync(TestDimensions.Customer(), Version("a", 10, null, revision: 1));
        await test.Warehouse.MergeAsync("customer", Cancel);

        Assert.Empty(await test.ReadAsync("FROM customer"));
        Assert.Equal(["a|10|20"], await test.ReadAsync("SELECT customer_id, valid_from, valid_to FROM customer_history"));
    }

    [Fact]
    public async Task An_object_is_loaded_once()
    {
        await using var test = await CreateAsync(TestDimensions.Customer());
        var item = await test.LoadAsync(TestDimensions.Customer(), Version("a", 10, null, revision: 1));

        Assert.Equal(0, await test.Warehouse.LoadAsync(test.Lake, [item, item], Cancel));
        Assert.Equal(0, await test.Warehouse.CatchUpAsync(test.Lake, Cancel));

        var status = Assert.Single((await test.Warehouse.GetStatusAsync(Cancel)).Dimensions);
        Assert.Equal((1, 1), (status.WaitingDeltas, status.ObjectsLoaded));
    }

    [Fact]
    public async Task Nothing_is_lost_between_load_and_merge_when_the_process_ends()
    {
        await using var test = await CreateAsync(TestDimensions.Customer());
        await test.LoadAsync(TestDimensions.Customer(), Version("a", 10, null, revision: 1));
        await test.Lake.WriteAsync(TestDimensions.Customer(), [Version("b", 10, null, revision: 1)], Files, Cancel);

        await test.ReopenAsync(TestDimensions.Customer());

        Assert.Equal(["a"], await test.ReadAsync("SELECT customer_id FROM customer"));
        Assert.Equal(1, await test.Warehouse.CatchUpAsync(test.Lake, Cancel));
        Assert.Equal(2, await test.Warehouse.MergeAsync("customer", Cancel));
        await test.ReopenAsync(TestDimensions.Customer());
        Assert.Equal(["a", "b"], await test.ReadAsync("SELECT customer_id FROM customer ORDER BY ALL"));
    }

    [Fact]
    public async Task A_definition_that_gained_a_column_adds_it_and_older_objects_read_as_null()
    {
        await using var test = await CreateAsync(TestDimensions.Customer());
        await test.LoadAsync(TestDimensions.Customer(), Version("a", 10, null, revision: 1));
        await test.Lake.WriteAsync(TestDimensions.Customer(), [Version("b", 10, null, revision: 1)], Files, Cancel);

        var wider = TestDimensions.Customer(new Dimensions.Column("email", TestDimensions.Text));
        await test.ReopenAsync(wider);
        await test.Warehouse.CatchUpAsync(test.Lake, Cancel);
        await test.Warehouse.MergeAsync("customer", Cancel);

        Assert.Equal(["a|null", "b|null"], await test.ReadAsync("SELECT customer_id, email FROM customer ORDER BY ALL"));
    }

    [Fact]
    public async Task Another_key_or_type_is_refused_by_name()
    {
        var column = new Dimensions.Column("email", TestDimensions.Text);
        await using var test = await CreateAsync(TestDimensions.Customer(column));

        var type = await Assert.ThrowsAsync<WarehouseException>(() => test.ReopenAsync(TestDimensions.Customer(column with { Type = TestDimensions.Int64 })));
        Assert.Contains("'email' is BIGINT in the definition, but the warehouse was made with VARCHAR", type.Message, StringComparison.Ordinal);

        var original = TestDimensions.Customer(column);
        var key = await Assert.ThrowsAsync<WarehouseException>(() => test.ReopenAsync(new Dimensions.DimensionDefinition
        {
            Name = original.Name,
            Key = [new("id", TestDimensions.Text)],
            Sequence = original.Sequence,
            Columns = original.Columns,
        }));
        Assert.Contains("the key is id text in the definition", key.Message, StringComparison.Ordinal);
        await test.ReopenAsync(original);
    }

    [Fact]
    public async Task An_object_that_cannot_be_read_leaves_nothing_loaded()
    {
        await using var test = await CreateAsync(TestDimensions.Customer());
        var good = await test.Lake.WriteAsync(TestDimensions.Customer(), [Version("a", 10, null, revision: 1)], Files, Cancel);
        var bad = await test.Lake.WriteAsync(TestDimensions.Customer(), [Version("b", 10, null, revision: 1)], Files, Cancel);
        await File.WriteAllTextAsync(Path.Combine(test.Lake.Root, bad.Name), "no parquet", Cancel);

        await Assert.ThrowsAsync<WarehouseException>(() => test.Warehouse.LoadAsync(test.Lake, [good, bad], Cancel));

        Assert.Empty(await test.ReadAsync("FROM customer"));
        Assert.Equal(1, await test.Warehouse.LoadAsync(test.Lake, [good], Cancel));
        Assert.Equal(["a"], await test.ReadAsync("SELECT customer_id FROM customer"));
    }

    [Fact]
    public async Task A_second_warehouse_on_the_same_file_is_refused()
    {
        await using var test = await CreateAsync(TestDimensions.Customer());

        var refused = await Assert.ThrowsAsync<WarehouseException>(() => DuckDbWarehouse.OpenAsync(
            Path.Combine(test.Folder, "warehouse.duckdb"), test.Lake.Root, new Dimensions.DimensionCatalog([]), new(), TimeProvider.System, Cancel));

        Assert.Contains("open in this process already", refused.Message, StringComparison.Ordinal);
    }
}
