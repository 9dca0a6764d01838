using CustomerTrack.Cli;
using CustomerTrack.Dimensions;
using CustomerTrack.Hosting;
using CustomerTrack.Lake;

namespace CustomerTrack.Rebuild;

/// <summary>The warehouse in the making: a file beside the one in use, from the lake alone, since tables that know more than the lake are wrong as well.</summary>
internal sealed class NewTables(DataFolder folder, IDimensionCatalog dimensions, IConfiguration configuration)
{
    private readonly string _path = folder.Warehouse + ".new";

    /// <summary>Makes it, empty; what an earlier rebuild left goes.</summary>
    public async Task<DuckDbWarehouse> MakeAsync(CancellationToken cancellationToken)
    {
        Remove(_path);
        return await DuckDbWarehouse.OpenAsync(
            _path, folder.Lake, dimensions, PipelineSettings.Get<DuckDbWarehouseOptions>(configuration, DuckDbWarehouseOptions.SectionName), TimeProvider.System, cancellationToken);
    }

    /// <summary>Loads and merges everything the lake has.</summary>
    public static async Task FillAsync(DuckDbWarehouse warehouse, ILake lake, CancellationToken cancellationToken)
    {
        await warehouse.CatchUpAsync(lake, cancellationToken);
        foreach (var dimension in warehouse.Dimensions)
        {
            await warehouse.MergeAsync(dimension.Name, cancellationToken);
        }
    }

    /// <summary>Puts it in the place of the one in use. It has to be closed. What a crash inside leaves is made again by the next rebuild.</summary>
    public void Replace()
    {
        Remove(folder.Warehouse);
        if (File.Exists(_path + ".wal"))
        {
            File.Move(_path + ".wal", folder.Warehouse + ".wal");
        }

        File.Move(_path, folder.Warehouse);
        FolderSync.Flush(folder.Root);
    }

    private static void Remove(string path)
    {
        File.Delete(path + ".wal");
        File.Delete(path);
        foreach (var scratch in (string[])[path + ".tmp", path + ".verify"])
        {
            if (Directory.Exists(scratch))
            {
                Directory.Delete(scratch, recursive: true);
            }
        }
    }
}
