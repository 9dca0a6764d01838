using CustomerTrack.Dimensions;
using CustomerTrack.Lake;
using CustomerTrack.Warehouse.Tests;

namespace CustomerTrack.S3.Tests.Lake;

public sealed class WarehouseTests
{
    private static CancellationToken Cancel => Store.Cancel;

    [Fact]
    public async Task The_embedded_warehouse_loads_from_the_bucket_leaves_no_copies_and_verify_agrees()
    {
        await using var site = await S3Site.CreateAsync();
        await using var warehouse = await DuckDbWarehouse.OpenAsync(
            Path.Combine(site.Folder, "warehouse.duckdb"), site.Folder, new DimensionCatalog([TestDimensions.Customer()]), new(), TimeProvider.System, Cancel);
        var written = new List<LakeObject>();
        for (var i = 1; i <= 12; i++)
        {
            written.Add(await site.Lake.WriteAsync(TestDimensions.Customer(), [Deltas.Version("a" + i, 1, null, i), Deltas.Version("b" + i, 1, null, i)], S3Site.Files, Cancel));
        }

        await site.Lake.RedeliverAsync(written[0], 1, Cancel);

        Assert.Equal(24, await warehouse.CatchUpAsync(site.Lake, Cancel));
        Assert.Equal(0, await warehouse.LoadAsync(site.Lake, [written[3]], Cancel));
        Assert.Empty(await warehouse.CompareLakeAsync(site.Lake, Cancel));
        Assert.Empty(Directory.EnumerateFiles(site.Folder, "*.parquet", SearchOption.AllDirectories));

        using var bucket = new S3Bucket(site.Options, TimeProvider.System);
        await bucket.DeleteAsync("lake/" + written[5].Name, Cancel);
        Assert.Contains(await warehouse.CompareLakeAsync(site.Lake, Cancel), violation => violation.Check == "object_not_in_lake" && violation.First.Contains(written[5].Name));
        await Assert.ThrowsAsync<LakeException>(() => warehouse.LoadAsync(site.Lake, [written[6], written[5]], Cancel));
        Assert.Empty(Directory.EnumerateFiles(site.Folder, "*.parquet", SearchOption.AllDirectories));
    }
}
