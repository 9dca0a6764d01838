using System.Text.Json;
using System.Text.Json.Serialization;

namespace CustomerTrack.Lake;

[JsonSourceGenerationOptions(JsonSerializerDefaults.Web, WriteIndented = true)]
[JsonSerializable(typeof(LakeOwnerNote))]
internal sealed partial class LakeOwnerJson : JsonSerializerContext;
