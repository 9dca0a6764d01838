using Microsoft.Extensions.Logging;

namespace CustomerTrack.Load;

/// <content>From what is loaded into the tables, and the database's own log into its file.</content>
public sealed partial class WarehouseLoader
{
    private async Task MergeAsync(CancellationToken cancellationToken)
    {
        if (_merging.Remaining > TimeSpan.Zero)
        {
            return;
        }

        foreach (var dimension in warehouse.Dimensions)
        {
            if (warehouse.MergeDueIn(dimension.Name) is not { } due || due > TimeSpan.Zero)
            {
                continue;
            }

            var started = time.GetTimestamp();
            var begunAt = time.GetUtcNow();
            try
            {
                var rows = await warehouse.MergeAsync(dimension.Name, cancellationToken);
                var elapsed = time.GetElapsedTime(started);
                _traces.Merged(dimension.Name, rows, begunAt, time.GetUtcNow());
                _merging.Succeeded();
                LoadInstruments.MergedRows.Add(rows);
                LoadInstruments.MergeDuration.Record(elapsed.TotalSeconds);
                LogMerged(rows, dimension.Name, elapsed.TotalMilliseconds);
            }
            catch (WarehouseException failure)
            {
                Failed(_merging, failure);
            }
        }

        ClearError();
    }

    private async Task CheckpointAsync(CancellationToken cancellationToken)
    {
        if (_checkpointed || time.GetElapsedTime(_lastLoad) < options.CheckpointAfterIdle || warehouse.WaitingRows > 0)
        {
            return;
        }

        try
        {
            _checkpointed = await warehouse.CheckpointAsync(cancellationToken);
            if (!_checkpointed)
            {
                // Somebody reads; the next idle time comes.
                _lastLoad = time.GetTimestamp();
            }
        }
        catch (WarehouseException failure)
        {
            _lastLoad = time.GetTimestamp();
            Failed(_merging, failure);
        }
    }

    [LoggerMessage(LogLevel.Debug, "Merged {Rows} rows into dimension {Dimension} in {Milliseconds} ms.")]
    private partial void LogMerged(long rows, string dimension, double milliseconds);
}
