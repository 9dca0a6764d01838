using System.Net;

namespace CustomerTrack.Cli.Pipeline;

/// <summary>Where a connection comes from.</summary>
internal static class Caller
{
    /// <summary>From this machine: over loopback, or from the address it goes to. Nobody else completes a connection from there.</summary>
    public static bool IsLocal(ConnectionInfo connection) => IsLocal(connection.RemoteIpAddress, connection.LocalIpAddress);

    internal static bool IsLocal(IPAddress? remote, IPAddress? local) =>
        remote is not null && (IPAddress.IsLoopback(Plain(remote)) || (local is not null && Plain(remote).Equals(Plain(local))));

    private static IPAddress Plain(IPAddress address) => address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
}
