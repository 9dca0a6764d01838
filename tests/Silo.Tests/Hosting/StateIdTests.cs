using CustomerTrack.Cli;
using CustomerTrack.Storage;
using Microsoft.Extensions.Logging.Abstractions;

namespace CustomerTrack.Hosting;

public sealed class StateIdTests : IDisposable
{
    private readonly TempFolder _temp = new();

    public void Dispose() => _temp.Dispose();

    [Fact]
    public void It_is_made_once_and_lies_with_the_states()
    {
        var folder = DataFolder.At(_temp.Of("data")).Create(["customer"]);
        Assert.Null(StateId.Find(folder));

        var id = StateId.GetOrMake(folder);
        using (RocksDbStateStore.Open(folder.State, new(), NullLogger<RocksDbStateStore>.Instance))
        {
            Assert.Equal(id, StateId.GetOrMake(folder));
        }

        using (RocksDbStateStore.Open(folder.State, new(), NullLogger<RocksDbStateStore>.Instance))
        {
        }

        Assert.Equal(id, StateId.Find(folder));
        Directory.Delete(folder.State, recursive: true);
        Directory.CreateDirectory(folder.State);
        Assert.NotEqual(id, StateId.GetOrMake(folder));
        Assert.NotEqual(id, StateId.GetOrMake(DataFolder.At(_temp.Of("other")).Create(["customer"])));
    }

    [Fact]
    public void A_damaged_one_is_refused_and_not_replaced()
    {
        var folder = DataFolder.At(_temp.Of("data")).Create(["customer"]);
        File.WriteAllText(folder.StateId, "123");

        var refused = Assert.Throws<CommandFailedException>(() => StateId.GetOrMake(folder));

        Assert.Contains("is damaged; expected 32 hexadecimal digits", refused.Message, StringComparison.Ordinal);
        Assert.Equal("123", File.ReadAllText(folder.StateId));
    }
}
