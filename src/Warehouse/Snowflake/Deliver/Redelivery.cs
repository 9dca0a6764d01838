using Microsoft.Extensions.Logging;

namespace CustomerTrack.Snowflake;

/// <summary>Writes again, under new names, what Snowflake did not load.</summary>
/// <param name="reports">Null where the bucket's events announce objects.</param>
internal sealed partial class Redelivery(
    DeliveryManifest manifest, DeliveryTraces traces, IStagedLake lake, MergeLedger ledger, LoadReports? reports, QuestionPace questions, TimeProvider time, ILogger logger)
{
    private const int AtOnce = 500;

    /// <summary>Does what is due. Objects that nobody said anything of are looked for first: those that wait for a merge only would make it longer.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        var due = manifest.Due(DeliveryStep.Redeliver, time.GetUtcNow(), AtOnce);
        var silent = due.Where(delivery => delivery.Error is null).ToList();
        if (silent.Count > 0)
        {
            if (reports is not null)
            {
                await reports.ScanAsync(silent.Min(delivery => delivery.WrittenAt), cancellationToken);
            }

            await CountAsync(silent, cancellationToken);
            due = manifest.Due(DeliveryStep.Redeliver, time.GetUtcNow(), AtOnce);
        }

        foreach (var delivery in due)
        {
            var why = delivery.Error ?? "It did not show up.";
            var begunAt = time.GetUtcNow();
            var copy = await lake.RedeliverAsync(delivery.Original, delivery.Attempt + 1, cancellationToken);
            var now = time.GetUtcNow();
            traces.Rewritten(delivery, copy, begunAt, now);
            manifest.Rewritten(delivery, copy, now);
            DeliveryInstruments.Redelivered.Add(1);
            LogRedelivered(delivery.Original.Name, copy.Name, why);
        }
    }

    /// <summary>Asks the table that Snowpipe fills.</summary>
    private async Task CountAsync(List<Delivery> silent, CancellationToken cancellationToken)
    {
        var loaded = await ledger.CountLoadedAsync(silent.Select(delivery => delivery.Newest.Name), cancellationToken);
        var now = time.GetUtcNow();
        foreach (var delivery in silent.Where(delivery => loaded.GetValueOrDefault(delivery.Newest.Name) >= delivery.Original.Rows))
        {
            manifest.Arrived(delivery, now);
            traces.Loaded(delivery, now);
            questions.Hurry(now);
        }
    }

    [LoggerMessage(LogLevel.Warning, "Snowflake did not load {Object}, so it was written again as {Copy}: {Why}")]
    private partial void LogRedelivered(string @object, string copy, string why);
}
