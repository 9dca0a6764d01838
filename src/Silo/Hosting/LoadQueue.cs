using CustomerTrack.Lake;
using CustomerTrack.Load;
using CustomerTrack.Snowflake;

namespace CustomerTrack.Hosting;

/// <summary>The emit stage's view of the warehouses: a new object goes to each.</summary>
/// <param name="delivery">Null where nothing is delivered to Snowflake.</param>
internal sealed class LoadQueue(WarehouseLoader loader, SnowflakeDelivery? delivery) : ILoadQueue
{
    public void Enqueue(LakeObject lakeObject)
    {
        loader.Enqueue(lakeObject);
        delivery?.Enqueue(lakeObject);
    }

    public Task WaitLoadedAsync(LakeObject lakeObject, CancellationToken cancellationToken) => loader.WaitLoadedAsync([lakeObject.Name], cancellationToken);
}
