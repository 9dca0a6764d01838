using System.Threading.Channels;
using CustomerTrack.Lake;
using Microsoft.Extensions.Logging;

namespace CustomerTrack.Snowflake;

/// <summary>Runs the delivery of one dimension: takes new objects, does what is due, sleeps. Dimensions do not wait for each other.</summary>
internal sealed partial class DeliveryLoop(DimensionDelivery delivery, TimeProvider time, ILogger logger)
{
    private static readonly TimeSpan LastAnnouncement = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan LongestSleep = TimeSpan.FromHours(1);

    private readonly Channel<LakeObject> _written = Channel.CreateUnbounded<LakeObject>(new() { SingleReader = true });
    private Task? _arriving;
    private int _untaken;

    /// <summary>How far it is.</summary>
    public DeliveryStatus Status =>
        Volatile.Read(ref _untaken) is var untaken && delivery.Status is var status && status.State != DeliveryState.UpToDate ? status
        : untaken > 0 ? status with { State = DeliveryState.Delivering, WaitingObjects = untaken }
        : status with { CompleteThrough = time.GetUtcNow() - DimensionDelivery.UploadTime };

    /// <summary>Has a new object delivered; returns at once.</summary>
    public void Enqueue(LakeObject written)
    {
        Interlocked.Increment(ref _untaken);
        _written.Writer.TryWrite(written);
    }

    /// <summary>Delivers until it is told to stop; then announces what was written meanwhile.</summary>
    public async Task RunAsync(CancellationToken stopping)
    {
        try
        {
            while (!stopping.IsCancellationRequested)
            {
                var takenAt = time.GetUtcNow();
                var taken = Take();
                await delivery.StepAsync(takenAt, stopping);
                Interlocked.Add(ref _untaken, -taken);
                await SleepAsync(stopping);
            }
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            // Stopped.
        }

        await AnnounceLastAsync();
    }

    private int Take()
    {
        var taken = 0;
        while (_written.Reader.TryRead(out var written))
        {
            delivery.Add(written);
            taken++;
        }

        return taken;
    }

    /// <summary>Waits for a new object, or until something is due.</summary>
    private async Task SleepAsync(CancellationToken cancellationToken)
    {
        var due = delivery.DueIn;
        if (due == TimeSpan.Zero)
        {
            return;
        }

        // A timer may fire a little early; a millisecond more avoids a second round.
        var until = due is null ? Timeout.InfiniteTimeSpan : due < LongestSleep ? due.Value + TimeSpan.FromMilliseconds(1) : LongestSleep;
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var timer = Task.Delay(until, time, ended.Token);
        _arriving ??= _written.Reader.WaitToReadAsync(cancellationToken).AsTask();
        if (await Task.WhenAny(_arriving, timer) == _arriving)
        {
            await _arriving;
            _arriving = null;
        }

        await ended.CancelAsync();
        cancellationToken.ThrowIfCancellationRequested();
    }

    private async Task AnnounceLastAsync()
    {
        Take();
        using var patience = new CancellationTokenSource(LastAnnouncement, time);
        try
        {
            await delivery.AnnounceAsync(patience.Token);
        }
        catch (Exception failure) when (failure is SnowflakeException or OperationCanceledException)
        {
            LogLeft(delivery.Status.Dimension, failure.Message);
        }
    }

    [LoggerMessage(LogLevel.Warning, "The last objects of {Dimension} were not announced to Snowflake; the next process does that: {Why}")]
    private partial void LogLeft(string dimension, string why);
}
