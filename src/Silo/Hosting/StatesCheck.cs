using System.Globalization;
using CustomerTrack.Cli;
using CustomerTrack.Detect;
using CustomerTrack.Dimensions;
using CustomerTrack.Lake;
using CustomerTrack.Records;
using CustomerTrack.State;

namespace CustomerTrack.Hosting;

/// <summary>
/// Refuses to go on with states that are older than the lake: they would give out revisions that the lake has for other rows. States are durable before the lake has
/// a row of theirs, so states that go with a lake know every row of it; a few of the newest are looked at.
/// </summary>
internal static class StatesCheck
{
    private const int Objects = 3;
    private const int RowsOfAnObject = 1000;

    /// <summary>For a silo, which does not have the warehouse: looks with an empty one of its own, which goes at once. Others may be at work meanwhile.</summary>
    /// <exception cref="CommandFailedException">The states are older, or lost; says what to do.</exception>
    public static async Task MustNotBeOlderAsync(
        DataFolder folder, string silo, ILake lake, ICustomerStateStore store, IDimensionCatalog dimensions, IConfiguration configuration, CancellationToken cancellationToken)
    {
        var place = Path.Combine(folder.Silo(silo), "states-check");
        try
        {
            Remove(place);
            Directory.CreateDirectory(place);
            var options = PipelineSettings.Get<DuckDbWarehouseOptions>(configuration, DuckDbWarehouseOptions.SectionName);
            await using (var warehouse = await DuckDbWarehouse.OpenAsync(Path.Combine(place, "empty.duckdb"), folder.Lake, dimensions, options, TimeProvider.System, cancellationToken))
            {
                await MustNotBeOlderAsync(warehouse, lake, store, dimensions, cancellationToken);
            }

            Remove(place);
        }
        catch (Exception failed) when (failed is WarehouseException or IOException or UnauthorizedAccessException)
        {
            throw new CommandFailedException($"The states could not be held against the lake: {failed.Message}", failed);
        }
    }

    /// <exception cref="CommandFailedException">The states are older, or lost; says what to do.</exception>
    public static async Task MustNotBeOlderAsync(
        DuckDbWarehouse warehouse, ILake lake, ICustomerStateStore store, IDimensionCatalog dimensions, CancellationToken cancellationToken)
    {
        foreach (var dimension in dimensions.All)
        {
            try
            {
                foreach (var item in await lake.ListNewestAsync(dimension, Objects, cancellationToken))
                {
                    var rows = await warehouse.ReadObjectsAsync(lake, [item], RowsOfAnObject, cancellationToken);
                    var unknown = await CountUnknownAsync(store, dimension, rows, cancellationToken);
                    if (unknown > 0)
                    {
                        throw new CommandFailedException(string.Create(
                            CultureInfo.InvariantCulture,
                            $"The customers' states are older than the lake, or lost: of {rows.Count} rows of '{item.Name}' that were looked at, they know nothing of {unknown}. "
                            + $"Going on would give revisions out twice and make the tables wrong. Restore states that are as new as the lake, or run 'customertrack rebuild', which makes them anew."));
                    }
                }
            }
            catch (Exception failed) when (failed is LakeException or WarehouseException)
            {
                throw new CommandFailedException(failed.Message, failed);
            }
        }
    }

    private static void Remove(string folder)
    {
        if (Directory.Exists(folder))
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static async Task<int> CountUnknownAsync(ICustomerStateStore store, DimensionDefinition dimension, IReadOnlyList<Delta> rows, CancellationToken cancellationToken)
    {
        var unknown = 0;
        foreach (var shard in rows.GroupBy(row => Sharding.ShardOf(row.Key, store.ShardCount)))
        {
            var members = shard.ToList();
            var states = await store.GetAsync(new(dimension.Name, shard.Key), members.ConvertAll(row => row.Key), cancellationToken);
            unknown += members.Where((row, i) => states[i] is not { } state || !StateRebuild.Knows(state, row)).Count();
        }

        return unknown;
    }
}
