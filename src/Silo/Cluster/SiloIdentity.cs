using System.Net;
using System.Net.Sockets;
using CustomerTrack.Cli;

namespace CustomerTrack.Cluster;

/// <summary>Where a silo of a cluster is reached by the others.</summary>
internal sealed record SiloIdentity
{
    public required IPAddress Address { get; init; }

    public required int SiloPort { get; init; }

    public required int GatewayPort { get; init; }

    /// <summary>Names the silo's own folder below the data folder, and the silo in words.</summary>
    public string Name => $"{Environment.MachineName}-{SiloPort}";

    /// <param name="free">Ports for those that are not configured.</param>
    /// <exception cref="UsageException">The host's name is not known.</exception>
    public static SiloIdentity Of(ClusterSettings settings, (int Silo, int Gateway) free) => new()
    {
        Address = AddressOf(settings.Host),
        SiloPort = settings.SiloPort == 0 ? free.Silo : settings.SiloPort,
        GatewayPort = settings.GatewayPort == 0 ? free.Gateway : settings.GatewayPort,
    };

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
