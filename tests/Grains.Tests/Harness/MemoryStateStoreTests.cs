using CustomerTrack.State;
using CustomerTrack.Storage;

namespace CustomerTrack.Tests;

/// <summary>The store that other tests lean on keeps the contract it stands in for.</summary>
public sealed class MemoryStateStoreTests : StateStoreCompliance
{
    private readonly MemoryStateStore _store = new(shards: 64);

    protected override ICustomerStateStore Open() => _store;

    protected override void Close(ICustomerStateStore store)
    {
        // What was written stays, as on a disk.
    }
}
