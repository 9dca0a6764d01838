using System.Net;
using System.Net.Sockets;
using CustomerTrack.Cli;
using CustomerTrack.Hosting;

namespace CustomerTrack.Cluster;

/// <summary>Where a silo of a cluster is reached by the others.</summary>
internal sealed record SiloIdentity
{
    public required IPAddress Address { get; init; }

    public required int SiloPort { get; init; }

    public required int GatewayPort { get; init; }

    /// <summary>Names the silo's own folder below the data folder, and the silo in words.</summary>
    public string Name => $"{Environment.MachineName}-{SiloPort}";

    /// <exception cref="UsageException">The host's name is not known.</exception>
    public static SiloIdentity Of(ClusterSettings settings)
    {
        var (siloPort, gatewayPort) = SiloEndpoints.Free();
        return new()
        {
            Address = AddressOf(settings.Host),
            SiloPort = settings.SiloPort == 0 ? siloPort : settings.SiloPort,
            GatewayPort = settings.GatewayPort == 0 ? gatewayPort : settings.GatewayPort,
        };
    }

    private static IPAddress AddressOf(string host)
    {
        try
        {
            var addresses = Dns.GetHostAddresses(host);
            return addresses.FirstOrDefault(address => address.AddressFamily == AddressFamily.InterNetwork) ?? addresses[0];
        }
        catch (Exception e) when (e is SocketException or ArgumentException or IndexOutOfRangeException)
        {
            throw new UsageException($"{ClusterSettings.SectionName}:{nameof(ClusterSettings.Host)} is '{host}'; allowed: an address of this machine, or a name that stands for one. {e.Message}");
        }
    }
}
