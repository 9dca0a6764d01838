using CustomerTrack.Lake;
using CustomerTrack.Records;
using CustomerTrack.Warehouse.Tests;

namespace CustomerTrack.S3.Tests.Lake;

/// <summary>What every lake promises.</summary>
public abstract class LakeCompliance : IAsyncLifetime
{
    private protected static readonly IReadOnlyDictionary<long, string> Files = new Dictionary<long, string> { [1] = "one.csv", [2] = "two.csv" };

    private ILake _lake = null!;

    protected static CancellationToken Cancel => Store.Cancel;

    public async ValueTask InitializeAsync() => _lake = await OpenAsync();

    public async ValueTask DisposeAsync()
    {
        await CloseAsync();
        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task What_is_written_is_listed_oldest_first_with_rows_and_bytes_and_can_be_opened_as_a_file()
    {
        var written = new List<LakeObject>();
        for (var rows = 1; rows <= 5; rows++)
        {
            written.Add(await _lake.WriteAsync(TestDimensions.Customer(), Rows(rows), Files, Cancel));
        }

        var listed = await ListAsync();

        Assert.Equal(written, listed);
        foreach (var item in listed)
        {
            using var local = await _lake.OpenLocalAsync(item, Cancel);
            Assert.Equal(item.Bytes, new FileInfo(local.Path).Length);
            Assert.Equal(item.Rows, LakeEncoders.CountRows(local.Path, item.Name));
        }
    }

    [Fact]
    public async Task Writers_at_the_same_time_get_names_of_their_own()
    {
        var written = await Task.WhenAll(Enumerable.Range(1, 16).Select(rows => Task.Run(async () => await _lake.WriteAsync(TestDimensions.Customer(), Rows(rows), Files, Cancel))));

        Assert.Equal(16, written.Select(item => item.Name).Distinct().Count());
        Assert.Equal(written.OrderBy(item => item.Name, StringComparer.Ordinal), await ListAsync());
    }

    [Fact]
    public async Task The_same_deltas_written_twice_are_two_objects()
    {
        var deltas = Rows(3);

        var first = await _lake.WriteAsync(TestDimensions.Customer(), deltas, Files, Cancel);
        var second = await _lake.WriteAsync(TestDimensions.Customer(), deltas, Files, Cancel);

        Assert.Equal([first, second], await ListAsync());
    }

    [Fact]
    public async Task What_does_not_fit_is_refused_and_leaves_nothing()
    {
        await Assert.ThrowsAsync<ArgumentException>(async () => await _lake.WriteAsync(TestDimensions.Customer(), [Deltas.Version("a|b", 1, null, 1)], Files, Cancel));
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(async () => await _lake.WriteAsync(TestDimensions.Customer(), [], Files, Cancel));

        Assert.Empty(await ListAsync());
    }

    private protected abstract Task<ILake> OpenAsync();

    protected abstract ValueTask CloseAsync();

    private static Delta[] Rows(int count) => [.. Enumerable.Range(1, count).Select(i => Deltas.Version("a" + i, i, null, i))];

    private async Task<List<LakeObject>> ListAsync()
    {
        var listed = new List<LakeObject>();
        await foreach (var item in _lake.ListAsync(TestDimensions.Customer(), Cancel))
        {
            listed.Add(item);
        }

        return listed;
    }
}
