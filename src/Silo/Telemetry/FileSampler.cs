using System.Diagnostics;
using OpenTelemetry.Trace;

namespace CustomerTrack.Telemetry;

/// <summary>
/// Decides once for each landing file: whatever belongs to a file that is recorded is recorded, and so is work that was done for such a file and
/// others together. What belongs to no file, such as the activation of a grain that somebody reads, is not.
/// </summary>
internal sealed class FileSampler : Sampler
{
    private readonly TraceIdRatioBasedSampler _ratio;

    public FileSampler(double ratio)
    {
        _ratio = new(ratio);
        Description = $"FileSampler{{{_ratio.Description}}}";
    }

    public override SamplingResult ShouldSample(in SamplingParameters samplingParameters)
    {
        if (samplingParameters.ParentContext.TraceId != default)
        {
            return new(samplingParameters.ParentContext.TraceFlags.HasFlag(ActivityTraceFlags.Recorded));
        }

        foreach (var link in samplingParameters.Links ?? [])
        {
            if (link.Context.TraceFlags.HasFlag(ActivityTraceFlags.Recorded))
            {
                return new(SamplingDecision.RecordAndSample);
            }
        }

        return samplingParameters.Kind == ActivityKind.Consumer ? _ratio.ShouldSample(samplingParameters) : new(SamplingDecision.Drop);
    }
}
