using System.Text.Json.Serialization;

namespace CustomerTrack.Ingest;

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, WriteIndented = true)]
[JsonSerializable(typeof(RejectedFileNote))]
internal sealed partial class QuarantineJson : JsonSerializerContext;
