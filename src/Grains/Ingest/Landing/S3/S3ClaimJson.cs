using System.Text.Json.Serialization;

namespace CustomerTrack.Ingest;

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(S3ClaimNote))]
internal sealed partial class S3ClaimJson : JsonSerializerContext;
