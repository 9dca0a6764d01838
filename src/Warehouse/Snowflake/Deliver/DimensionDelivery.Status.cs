using System.Globalization;
using Microsoft.Extensions.Logging;

namespace CustomerTrack.Snowflake;

/// <content>How it is doing.</content>
internal sealed partial class DimensionDelivery
{
    private void Succeeded()
    {
        if (_failure is not null)
        {
            LogRecovered(_dimension.Name);
        }

        _failure = null;
        _backoff.Succeeded();
    }

    private void Failed(Exception failure)
    {
        // An outage is told once, not at every try.
        if (_failure is null)
        {
            LogAway(failure, _dimension.Name);
        }

        _failure = failure.Message;
        _backoff.Failed();
        DeliveryInstruments.Failures.Add(1);
    }

    // Nobody is told of a task that is suspended or fails, so its absence has to be said here.
    private string? Unmerged() => _time.GetUtcNow() - _manifest.LoadedSince is { } wait && wait > _options.RedeliverAfter
        ? string.Create(CultureInfo.InvariantCulture, $"{_manifest.Loaded} objects are loaded, but no merge took them for {wait:hh\\:mm\\:ss}: look at the history of {_task}; it is suspended, fails, or has no warehouse.")
        : null;

    private DeliveryStatus Describe(DateTimeOffset takenAt)
    {
        var waiting = _manifest.Count > 0 || _overflowed;
        return new()
        {
            Dimension = _dimension.Name,
            State = _failure is not null ? DeliveryState.Away : !_compared || _confirmedAt is null ? DeliveryState.Starting : waiting ? DeliveryState.Delivering : DeliveryState.UpToDate,
            WaitingObjects = _manifest.Count,
            WaitingRows = _manifest.Rows,
            WaitingBytes = _manifest.Bytes,
            IsBacklogListed = _compared && !_overflowed,
            LoadedObjects = _manifest.Loaded,
            RedeliveredObjects = _manifest.Redelivered,
            CompleteThrough = !_compared || _overflowed ? null : _manifest.Oldest ?? takenAt - UploadTime,
            NewestRecordedAt = _shards.Count == 0 ? null : _shards.Max(shard => shard.RecordedAt),
            Shards = _shards,
            LastError = _failure ?? _manifest.Error ?? Unmerged(),
        };
    }

    [LoggerMessage(LogLevel.Warning, "Nothing of {Dimension} is delivered to Snowflake at the moment; the backlog waits in the lake.")]
    private partial void LogAway(Exception failure, string dimension);

    [LoggerMessage(LogLevel.Information, "Deliveries of {Dimension} to Snowflake go on.")]
    private partial void LogRecovered(string dimension);
}
