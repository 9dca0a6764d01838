using System.Text.Json.Serialization;

namespace CustomerTrack.Snowflake;

/// <summary>The answer to a statement, or one further partition of it, which has rows alone.</summary>
internal sealed record SqlApiResult
{
    public string? StatementHandle { get; init; }

    [JsonPropertyName("resultSetMetaData")]
    public SqlApiMetadata? Metadata { get; init; }

    public IReadOnlyList<string?[]>? Data { get; init; }
}
