using CustomerTrack.Ingest;
using CustomerTrack.Storage;

namespace CustomerTrack.Tests;

/// <summary>The registry that other tests lean on keeps the contract it stands in for.</summary>
public sealed class MemoryFileRegistryTests : FileRegistryCompliance
{
    private readonly MemoryFileRegistry _registry = new();

    protected override ValueTask<IFileRegistry> OpenAsync() => new(_registry);
}
