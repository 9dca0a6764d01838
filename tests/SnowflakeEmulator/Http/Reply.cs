using System.Text.Json.Nodes;

namespace CustomerTrack.SnowflakeEmulator;

/// <summary>An answer before it is written, so that a fault can lose it.</summary>
internal sealed record Reply(int Status, JsonNode? Body)
{
    public bool Compressed { get; init; }

    public static Reply Ok(JsonNode body) => new(200, body);

    public static Reply Error(int status, string code, string message) => new(status, new JsonObject { ["code"] = code, ["message"] = message });
}
