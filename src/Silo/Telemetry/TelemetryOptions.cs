using System.ComponentModel.DataAnnotations;

namespace CustomerTrack.Telemetry;

/// <summary>What is traced, where traces are sent at all.</summary>
internal sealed class TelemetryOptions
{
    public const string SectionName = "CustomerTrack:Telemetry";

    /// <summary>
    /// The share of landing files that are traced, each from the first to the last hop. A file whose producer told a trace context is traced if that is
    /// sampled. Default: 0.1.
    /// </summary>
    [Range(0.0, 1.0)]
    public double TraceRatio { get; set; } = 0.1;

    /// <summary>
    /// Whether Orleans' own spans are there, too, in files that are traced: calls between grains, activations. Several for every customer of a batch, so for looking
    /// closely only. Default: false.
    /// </summary>
    public bool GrainCalls { get; set; }
}
