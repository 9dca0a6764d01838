using System.Text.Json;
using CustomerTrack.Harness;

namespace CustomerTrack.Snowflake;

/// <summary>Waits for what the status of a service says of Snowflake.</summary>
internal static class DeliveryWait
{
    /// <summary>Completes when everything that was written is in Snowflake's tables.</summary>
    public static Task DeliveredAsync(this RunningService service, TimeSpan patience, CancellationToken cancellationToken) => Fact.AwaitAsync(
        async () => service.Process.HasExited
            ? throw new InvalidOperationException($"The service ended: {service.Process.Error}")
            : (await service.DeliveryAsync(cancellationToken)).GetProperty("state").GetString() == "UpToDate",
        patience,
        cancellationToken,
        async () => $"Status: {await service.StatusAsync(CancellationToken.None)}; it wrote: {service.Process.Error}");

    /// <summary>What the status says of the one dimension.</summary>
    public static async Task<JsonElement> DeliveryAsync(this RunningService service, CancellationToken cancellationToken) =>
        (await service.StatusAsync(cancellationToken)).GetProperty("snowflake")[0];
}
