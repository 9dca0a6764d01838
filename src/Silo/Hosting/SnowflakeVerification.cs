using System.Diagnostics;
using CustomerTrack.Cli;
using CustomerTrack.Cli.Pipeline;
using CustomerTrack.Dimensions;
using CustomerTrack.Snowflake;

namespace CustomerTrack.Hosting;

/// <summary><c>verify --snowflake</c>: the tables in Snowflake against the embedded ones.</summary>
internal static class SnowflakeVerification
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(10);

    /// <param name="delivery">Waited for until everything is delivered; null where none runs.</param>
    /// <exception cref="UsageException">Nothing is delivered to Snowflake by this configuration.</exception>
    /// <exception cref="CommandFailedException">Snowflake could not be asked.</exception>
    public static async Task<VerifyReport> AddAsync(
        VerifyReport report, DuckDbWarehouse warehouse, IDimensionCatalog dimensions, IConfiguration configuration, SnowflakeDelivery? delivery, CancellationToken cancellationToken)
    {
        var options = PipelineSettings.Get<SnowflakeOptions>(configuration, SnowflakeOptions.SectionName);
        if (!options.Enabled)
        {
            throw new UsageException($"--snowflake: nothing is delivered to Snowflake, since {SnowflakeOptions.SectionName}:Enabled is false.");
        }

        var started = Stopwatch.GetTimestamp();
        var differences = new List<string>();
        if (delivery is not null && await WaitAsync(delivery, cancellationToken) is { } late)
        {
            differences.Add(late);
        }

        try
        {
            var session = new SnowflakeSession { Role = new SnowflakeNames(options).ReaderRole, Warehouse = options.Warehouse, Database = options.Database };
            await using var sql = SnowflakeConnection.Open(options, session);
            differences.AddRange((await new SnowflakeComparison(sql, options).RunAsync(warehouse, dimensions, cancellationToken)).Select(Verification.Describe));
        }
        catch (SnowflakeException failure)
        {
            throw new CommandFailedException($"The tables in Snowflake could not be compared: {failure.Message}", failure);
        }

        return report with
        {
            Agrees = report.Agrees && differences.Count == 0,
            Differences = [.. report.Differences, .. differences],
            Seconds = report.Seconds + Stopwatch.GetElapsedTime(started).TotalSeconds,
        };
    }

    /// <summary>Waits until everything is in Snowflake's tables; what is still on its way when patience ends, or null.</summary>
    private static async Task<string?> WaitAsync(SnowflakeDelivery delivery, CancellationToken cancellationToken)
    {
        var started = Stopwatch.GetTimestamp();
        while (true)
        {
            var late = delivery.GetStatus().FirstOrDefault(status => status.State != DeliveryState.UpToDate);
            if (late is null)
            {
                return null;
            }

            if (Stopwatch.GetElapsedTime(started) > Patience)
            {
                return $"{late.Dimension}: {late.WaitingObjects} objects are not in Snowflake's tables yet ({late.LastError ?? late.State.ToString()}).";
            }

            await Task.Delay(Pause, TimeProvider.System, cancellationToken);
        }
    }
}
