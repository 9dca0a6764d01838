using System.Diagnostics.Metrics;
using CustomerTrack.Load;

namespace CustomerTrack.Snowflake;

/// <summary>What the Snowflake clients measure: each request with its retries, by operation and outcome.</summary>
internal static class SnowflakeInstruments
{
    private static readonly Meter Meter = new(LoadInstruments.MeterName);

    private static readonly Counter<long> Requests = Meter.CreateCounter<long>("customertrack.snowflake.requests", "{request}", "Requests to Snowflake.");

    private static readonly Histogram<double> Duration = Meter.CreateHistogram<double>("customertrack.snowflake.duration", "s", "Time of a request to Snowflake, retries included.");

    /// <param name="outcome"><c>ok</c>, <c>refused</c>, <c>unavailable</c> or <c>cancelled</c>.</param>
    public static void Record(string operation, string outcome, TimeSpan elapsed)
    {
        KeyValuePair<string, object?> byOperation = new("operation", operation);
        KeyValuePair<string, object?> byOutcome = new("outcome", outcome);
        Requests.Add(1, byOperation, byOutcome);
        Duration.Record(elapsed.TotalSeconds, byOperation, byOutcome);
    }
}
