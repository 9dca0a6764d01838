using CustomerTrack.Serve;
using static CustomerTrack.Warehouse.Tests.TestWarehouse;

namespace CustomerTrack.Warehouse.Tests;

public sealed class QueryTests
{
    [Theory]
    [InlineData("DELETE FROM ct.customer_history")]
    [InlineData("SELECT 1; DROP TABLE ct.ledger")]
    [InlineData("CREATE TABLE t (a INT)")]
    [InlineData("COPY (SELECT 1) TO '/tmp/x.csv'")]
    [InlineData("ATTACH '/tmp/x.db'")]
    [InlineData("SET threads = 1")]
    [InlineData("PRAGMA database_list")]
    [InlineData("EXPLAIN ANALYZE DELETE FROM ct.customer_history")]
    [InlineData("INSTALL httpfs")]
    [InlineData("CALL enable_logging()")]
    [InlineData("SELECT * FROM enable_logging()")]
    [InlineData("FROM customer WHERE EXISTS (FROM checkpoint())")]
    [InlineData("SELECT * FROM read_csv('/etc/passwd')")]
    [InlineData("SELECT * FROM '/etc/passwd.csv'")]
    [InlineData("SELECT * FROM read_parquet('/etc/passwd')")]
    [InlineData("COMMIT")]
    [InlineData("nonsense")]
    [InlineData("SELECT nothing FROM customer")]
    [InlineData("")]
    public async Task Anything_but_one_read_is_refused(string sql)
    {
        await using var test = await CreateAsync(TestDimensions.Customer());

        await Assert.ThrowsAsync<QueryRefusedException>(() => test.QueryAsync(sql));
    }

    [Fact]
    public async Task Reads_have_names_types_and_every_row()
    {
        await using var test = await CreateAsync(TestDimensions.Customer());
        await test.LoadAsync(TestDimensions.Customer(), [.. Enumerable.Range(1, 5000).Select(i => Deltas.Version("k" + i, 1, null, i, points: i))]);

        await using var result = await test.Warehouse.QueryAsync("WITH c AS (FROM customer) SELECT customer_id, points, sum(points) OVER () AS all_points, 12.50::DECIMAL(38,2) AS wide FROM c, range(2)", Cancel);
        var rows = 0;
        object?[]? last = null;
        await foreach (var row in result.ReadRowsAsync(Cancel))
        {
            rows++;
            last = row;
        }

        Assert.Equal(10_000, rows);
        Assert.Equal([new("customer_id", "VARCHAR"), new("points", "BIGINT"), new("all_points", "HUGEINT"), new("wide", "DECIMAL")], result.Columns);
        Assert.Equal("12.50", last![3]);
        Assert.Equal(["customer", "customer_history"], await test.ReadAsync("SHOW TABLES"));
        Assert.NotEmpty(await test.ReadAsync("DESCRIBE customer_history"));
    }

    [Fact]
    public async Task A_query_that_is_being_read_does_not_see_or_hinder_what_is_loaded_meanwhile()
    {
        await using var test = await CreateAsync(TestDimensions.Customer());
        await test.LoadAsync(TestDimensions.Customer(), Deltas.Version("a", 1, null, 1));
        await using var result = await test.Warehouse.QueryAsync("SELECT customer_id FROM customer", Cancel);

        await test.LoadAsync(TestDimensions.Customer(), Deltas.Version("b", 1, null, 1));
        await test.Warehouse.MergeAsync("customer", Cancel);

        var rows = new List<object?>();
        await foreach (var row in result.ReadRowsAsync(Cancel))
        {
            rows.Add(row[0]);
        }

        Assert.Equal(["a"], rows);
    }

    [Fact]
    public async Task Queries_beside_loads_and_merges_always_see_whole_objects_and_never_less_than_before()
    {
        await using var test = await CreateAsync(TestDimensions.Customer());
        const int Objects = 30;
        const int Rows = 100;
        var loading = Task.Run(async () =>
        {
            for (var i = 0; i < Objects; i++)
            {
                await test.LoadAsync(TestDimensions.Customer(), [.. Enumerable.Range(0, Rows).Select(row => Deltas.Version($"{i}-{row}", 1, null, 1))]);
                if (i % 3 == 0)
                {
                    await test.Warehouse.MergeAsync("customer", Cancel);
                }
            }
        }, Cancel);

        var seen = 0L;
        while (seen < Objects * Rows)
        {
            var counts = Assert.Single(await test.QueryAsync("SELECT (SELECT count(*) FROM customer), (SELECT count(*) FROM customer_history)"));
            Assert.Equal(counts[0], counts[1]);
            Assert.Equal(0, (long)counts[0]! % Rows);
            Assert.InRange((long)counts[0]!, seen, Objects * Rows);
            seen = (long)counts[0]!;
            if (loading.IsFaulted)
            {
                await loading;
            }
        }

        await loading;
    }
}
