using System.Text.Json.Serialization;

namespace CustomerTrack.Snowflake;

/// <summary>How the delivery to Snowflake is doing.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<DeliveryState>))]
public enum DeliveryState
{
    /// <summary>Comparing the lake with what Snowflake has; nothing is announced yet.</summary>
    Starting,

    /// <summary>Everything that was written is in the tables.</summary>
    UpToDate,

    /// <summary>Objects are on their way.</summary>
    Delivering,

    /// <summary>Snowflake or the bucket does not answer, or refuses; the backlog grows and is delivered later.</summary>
    Away,
}
