using CustomerTrack.Cli;
using CustomerTrack.Dimensions;

namespace CustomerTrack.Hosting;

/// <summary>Opens the warehouse of a data folder.</summary>
internal static class Warehouses
{
    /// <exception cref="CommandFailedException">The file cannot be opened, or was made for other definitions.</exception>
    public static async Task<DuckDbWarehouse> OpenAsync(DataFolder folder, IDimensionCatalog dimensions, IConfiguration configuration, CancellationToken cancellationToken)
    {
        try
        {
            return await DuckDbWarehouse.OpenAsync(
                folder.Warehouse,
                folder.Lake,
                dimensions,
                PipelineSettings.Get<DuckDbWarehouseOptions>(configuration, DuckDbWarehouseOptions.SectionName),
                TimeProvider.System,
                cancellationToken);
        }
        catch (WarehouseException refused)
        {
            throw new CommandFailedException(refused.Message, refused);
        }
    }
}
