using System.Diagnostics;
using CustomerTrack.Cli;
using CustomerTrack.Cli.Pipeline;
using CustomerTrack.Cli.Running;
using CustomerTrack.Dimensions;
using CustomerTrack.Hosting;
using CustomerTrack.Ingest;
using CustomerTrack.Lake;
using CustomerTrack.S3;
using CustomerTrack.State;
using Microsoft.Extensions.Logging.Abstractions;

namespace CustomerTrack.Rebuild;

/// <summary>
/// <c>rebuild</c>: makes states and tables anew, beside those there are, and puts them in their place at the end. Cut short at any moment it can be started
/// again; until it was brought to its end the service refuses to start. Landing files, claims and the quarantine are only read.
/// </summary>
internal sealed class RebuildRun(RebuildArguments arguments, IProgress<RebuildProgress> progress)
{
    private readonly TimeProvider _time = TimeProvider.System;
    private readonly List<string> _notes = [];

    /// <exception cref="UsageException">The configuration or a definition is refused, or the lake has a dimension that none describes.</exception>
    /// <exception cref="CommandFailedException">The folder is in use, or something cannot be read or written; says what.</exception>
    public async Task<RebuildReport> RunAsync(CancellationToken cancellationToken)
    {
        var started = Stopwatch.GetTimestamp();
        var configuration = PipelineSettings.Add(new ConfigurationManager(), arguments.Common);
        var dimensions = Definitions.Load(arguments.Common);
        var folder = DataFolder.At(arguments.Common.Data).MustExist();
        using var held = await ProcessLock.AcquireAsync(folder, _time, cancellationToken);
        folder.Create(dimensions.All.Select(dimension => dimension.Name));
        try
        {
            var (counts, report) = await RebuildAsync(folder, configuration, dimensions, cancellationToken);
            return new()
            {
                Dimensions = counts,
                Notes = _notes,
                Verified = report,
                Seconds = Stopwatch.GetElapsedTime(started).TotalSeconds,
            };
        }
        catch (Exception failed) when (failed is LakeException or S3Exception or WarehouseException or StateStoreException or IOException or UnauthorizedAccessException or InvalidDataException)
        {
            throw new CommandFailedException($"The rebuild did not come to its end; what it was to replace is as it was, or replaced as a whole. Start it again when this is mended: {failed.Message}", failed);
        }
    }

    private async Task<(IReadOnlyList<DimensionCounts> Counts, VerifyReport Report)> RebuildAsync(
        DataFolder folder, IConfiguration configuration, DimensionCatalog dimensions, CancellationToken cancellationToken)
    {
        var (owner, taken) = await LakeTakeover.TakeAsync(folder, configuration, arguments.TakeOver, cancellationToken);
        if (taken is not null)
        {
            _notes.Add(taken);
        }

        IStateRebuild? states = null;
        var lake = await Lakes.OpenAsync(folder, owner, LakeAccess.Write, configuration, NullLoggerFactory.Instance, () => states!.New.ShardCount, cancellationToken);
        try
        {
            Definitions.MustCover(dimensions, folder, await Lakes.DimensionsAsync(lake, folder, cancellationToken));
            states = await StateRebuilds.OpenAsync(folder, owner.StateId!, configuration, cancellationToken);
            if (states.PresentFailure is { } unreadable)
            {
                _notes.Add($"The states in use cannot be read and are left out: {unreadable}");
            }

            var tables = new NewTables(folder, dimensions, configuration);
            var counts = new List<DimensionCounts>();
            await using (var warehouse = await tables.MakeAsync(cancellationToken))
            {
                progress.Report(new("tables from the lake", 0, 0));
                await NewTables.FillAsync(warehouse, lake, cancellationToken);
                var highest = await RebuildDimensionsAsync(folder, configuration, dimensions, states, lake, warehouse, counts, cancellationToken);
                await StateRebuilds.PassNumbersAsync(states, folder, [.. dimensions.All.Select(dimension => dimension.Name)], highest, _time, cancellationToken);
                progress.Report(new("tables", 0, 0));
                await NewTables.FillAsync(warehouse, lake, cancellationToken);
                await warehouse.CheckpointAsync(cancellationToken);
            }

            StateRebuilds.KeepId(states, folder);
            var store = await states.ReplaceAsync(cancellationToken);
            tables.Replace();
            progress.Report(new("verifying", 0, 0));
            await using var final = await Warehouses.OpenAsync(folder, dimensions, configuration, cancellationToken);
            var report = await Verification.RunAsync(final, lake, store, dimensions, cancellationToken);
            if (report.Agrees)
            {
                await states.CompleteAsync(cancellationToken);
            }

            return (counts, report);
        }
        finally
        {
            if (states is not null)
            {
                await states.DisposeAsync();
            }

            (lake as IDisposable)?.Dispose();
        }
    }

    private async Task<long> RebuildDimensionsAsync(
        DataFolder folder,
        IConfiguration configuration,
        DimensionCatalog dimensions,
        IStateRebuild states,
        ILake lake,
        DuckDbWarehouse warehouse,
        List<DimensionCounts> counts,
        CancellationToken cancellationToken)
    {
        var highest = 0L;
        using var files = new ReplayFiles(
            new(folder.Root),
            Path.Combine(folder.Root, "landing", ".rebuild"),
            PipelineSettings.Get<S3Options>(configuration, S3Options.SectionName),
            PipelineSettings.Get<IngestOptions>(configuration, IngestOptions.SectionName),
            _time);
        foreach (var dimension in dimensions.All)
        {
            var rebuild = new DimensionRebuild(dimension, arguments.From, states, lake, _time, progress);
            await rebuild.RunAsync(files, warehouse, cancellationToken);
            counts.Add(rebuild.Counts);
            highest = Math.Max(highest, rebuild.HighestNumber);
        }

        return highest;
    }
}
