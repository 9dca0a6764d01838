using System.Diagnostics;

namespace CustomerTrack.Telemetry;

/// <summary>A W3C trace context as text: <c>00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01</c>.</summary>
public static class TraceParent
{
    /// <summary>The ending of the file beside a landing file that holds its context.</summary>
    public const string Extension = ".traceparent";

    /// <summary>The name of the HTTP header, and of the metadata of an object in a bucket.</summary>
    public const string Name = "traceparent";

    /// <summary>Longer texts are none; later versions of the format may add something behind.</summary>
    public const int MaxLength = 256;

    /// <summary>A context of version 00 of the format; surrounding space does not count.</summary>
    public static bool TryParse(string? text, out ActivityContext context)
    {
        context = default;
        return text is { Length: <= MaxLength } && ActivityContext.TryParse(text.Trim(), null, isRemote: true, out context)
            && context.TraceId != default && context.SpanId != default;
    }

    /// <summary>A context as text.</summary>
    public static string Format(in ActivityContext context) =>
        $"00-{context.TraceId.ToHexString()}-{context.SpanId.ToHexString()}-{(context.TraceFlags.HasFlag(ActivityTraceFlags.Recorded) ? "01" : "00")}";
}
