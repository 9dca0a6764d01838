using CustomerTrack.Lake;
using CustomerTrack.Load;

namespace CustomerTrack.Hosting;

/// <summary>The emit stage's view of the loader.</summary>
internal sealed class LoadQueue(WarehouseLoader loader) : ILoadQueue
{
    public void Enqueue(LakeObject lakeObject) => loader.Enqueue(lakeObject);

    public Task WaitLoadedAsync(LakeObject lakeObject, CancellationToken cancellationToken) => loader.WaitLoadedAsync([lakeObject.Name], cancellationToken);
}
