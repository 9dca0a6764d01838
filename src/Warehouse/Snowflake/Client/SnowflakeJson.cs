using System.Text.Json.Serialization;

namespace CustomerTrack.Snowflake;

/// <summary>The JSON of Snowflake's interfaces.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(PipeFiles))]
[JsonSerializable(typeof(PipeReceipt))]
[JsonSerializable(typeof(PipeReport))]
[JsonSerializable(typeof(SnowflakeFailure))]
[JsonSerializable(typeof(SqlApiRequest))]
[JsonSerializable(typeof(SqlApiResult))]
internal sealed partial class SnowflakeJson : JsonSerializerContext;
