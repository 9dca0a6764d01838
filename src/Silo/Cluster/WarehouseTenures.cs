using CustomerTrack.Lake;
using CustomerTrack.Load;
using CustomerTrack.Snowflake;

namespace CustomerTrack.Cluster;

/// <summary>Makes what a tenure consists of, as often as this silo gets the warehouse.</summary>
/// <param name="open">Opens the file; fails with a <see cref="Cli.CommandFailedException"/> while another process has it.</param>
/// <param name="deliver">Makes the delivery to Snowflake; null where there is none.</param>
internal sealed class WarehouseTenures(
    Func<CancellationToken, Task<DuckDbWarehouse>> open,
    Func<SnowflakeDelivery?> deliver,
    ILake lake,
    DuckDbWarehouseOptions options,
    TimeProvider time,
    ILoggerFactory loggers)
{
    public async Task<WarehouseTenure> BeginAsync(CancellationToken cancellationToken)
    {
        var warehouse = await open(cancellationToken);
        try
        {
            var loader = new WarehouseLoader(warehouse, lake, options, time, loggers.CreateLogger<WarehouseLoader>());
            return await WarehouseTenure.BeginAsync(warehouse, loader, deliver(), time, cancellationToken);
        }
        catch
        {
            await warehouse.DisposeAsync();
            throw;
        }
    }
}
