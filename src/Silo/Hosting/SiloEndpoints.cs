using System.Net;
using System.Net.Sockets;

namespace CustomerTrack.Hosting;

/// <summary>Ports for a silo that is alone: two processes on one machine must not meet.</summary>
internal static class SiloEndpoints
{
    /// <summary>Two ports on loopback that nothing listens on now.</summary>
    public static (int Silo, int Gateway) Free()
    {
        using var silo = Bind();
        using var gateway = Bind();
        return (PortOf(silo), PortOf(gateway));
    }

    private static Socket Bind()
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return socket;
    }

    private static int PortOf(Socket socket) => ((IPEndPoint)socket.LocalEndPoint!).Port;
}
