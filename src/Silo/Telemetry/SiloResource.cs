using CustomerTrack.Cluster;
using OpenTelemetry.Resources;

namespace CustomerTrack.Telemetry;

/// <summary>Which silo telemetry comes from: <c>service.instance.id</c> is the name that the silo has among the others, in logs and in claims.</summary>
internal sealed class SiloResource(ILocalSiloDetails silo) : IResourceDetector
{
    public Resource Detect() => new([new("service.instance.id", SiloName.Of(silo.SiloAddress))]);
}
