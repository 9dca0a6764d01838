using System.Text.Json.Serialization;

namespace CustomerTrack.Lake;

/// <summary>What <c>_lake.json</c> says: whose lake it is.</summary>
internal sealed record LakeOwnerNote
{
    /// <summary>The id of the states.</summary>
    [JsonRequired]
    public required string State { get; init; }

    /// <summary>Where the states were when the lake was made. For people.</summary>
    public string? Place { get; init; }

    /// <summary>When the lake was made.</summary>
    public DateTimeOffset? MadeAt { get; init; }
}
