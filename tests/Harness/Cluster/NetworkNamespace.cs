using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace CustomerTrack.Harness;

/// <summary>The network of one silo: its own loopback, and one address on the network of its cluster.</summary>
public sealed class NetworkNamespace
{
    private const int NewNetwork = 0x40000000;

    internal NetworkNamespace(string name, IPAddress address)
    {
        Name = name;
        Address = address;
    }

    public string Name { get; }

    /// <summary>Where the others reach it.</summary>
    public IPAddress Address { get; }

    /// <summary>Turns into a command in this namespace; its process id stays.</summary>
    public IReadOnlyList<string> Through => ["nsenter", $"--net=/run/netns/{Name}"];

    /// <summary>Connects from inside, for an address that only exists there. A socket belongs to the namespace it was made in.</summary>
    public async ValueTask<Stream> ConnectAsync(EndPoint endPoint, CancellationToken cancellationToken)
    {
        var socket = await MakeSocketAsync();
        try
        {
            await socket.ConnectAsync(endPoint, cancellationToken);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>A TCP socket inside.</summary>
    public Task<Socket> MakeSocketAsync()
    {
        // On a thread that ends afterwards: none that others use may stay in the namespace.
        var made = new TaskCompletionSource<Socket>(TaskCreationOptions.RunContinuationsAsynchronously);
        new Thread(() =>
        {
            try
            {
                using var file = File.OpenHandle($"/run/netns/{Name}");
                if (Enter((int)file.DangerousGetHandle(), NewNetwork) != 0)
                {
                    throw new InvalidOperationException($"The network namespace {Name} cannot be entered: {Marshal.GetLastPInvokeErrorMessage()}.");
                }

                made.SetResult(new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true });
            }
            catch (Exception failure) when (failure is IOException or InvalidOperationException or SocketException)
            {
                made.SetException(failure);
            }
        }).Start();
        return made.Task;
    }

    [DllImport("libc", EntryPoint = "setns", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Enter(int descriptor, int kind);
}
