using System.Text.Encodings.Web;
using System.Text.Json;

namespace CustomerTrack.Cli.Output;

/// <summary>How results are written as JSON: names stay readable, and nothing here ends up inside HTML.</summary>
internal static class ResultJson
{
    public static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web) { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static readonly JsonWriterOptions Writer = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
}
