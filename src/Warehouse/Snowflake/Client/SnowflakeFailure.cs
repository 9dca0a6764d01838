using System.Text.Json;

namespace CustomerTrack.Snowflake;

/// <summary>What Snowflake says of a failure; everything is null where the answer is not Snowflake's JSON.</summary>
internal sealed record SnowflakeFailure
{
    public string? Code { get; init; }

    public string? Message { get; init; }

    public string? SqlState { get; init; }

    public string? StatementHandle { get; init; }

    public IReadOnlyList<string>? StatementHandles { get; init; }

    public static SnowflakeFailure Read(ReadOnlySpan<byte> body)
    {
        try
        {
            return JsonSerializer.Deserialize(body, SnowflakeJson.Default.SnowflakeFailure) ?? new();
        }
        catch (JsonException)
        {
            // A proxy's page, or nothing: the status is all that is known.
            return new();
        }
    }
}
