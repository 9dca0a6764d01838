using System.Net;
using System.Net.Sockets;
using System.Text;

namespace CustomerTrack.Storage;

/// <summary>
/// Stands between a client and Redis. On request it keeps the next command that contains a text and cuts the connection, as if the network had failed with the
/// command still under way; the test delivers it to Redis when it likes.
/// </summary>
internal sealed class HoldingProxy : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _end = new();
    private readonly int _target;
    private readonly Task _accepting;
    private readonly Lock _gate = new();
    private byte[]? _wanted;
    private TaskCompletionSource<byte[]>? _held;

    public HoldingProxy(int target)
    {
        _target = target;
        _listener.Start();
        _accepting = AcceptAsync();
    }

    public string Connection => $"127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}";

    /// <summary>Keeps the next command with <paramref name="text"/>; its bytes come when it has.</summary>
    public Task<byte[]> HoldNext(string text)
    {
        lock (_gate)
        {
            _wanted = Encoding.UTF8.GetBytes(text);
            _held = new(TaskCreationOptions.RunContinuationsAsynchronously);
            return _held.Task;
        }
    }

    /// <summary>Sends a command that was kept to Redis, through a connection of its own; returns the answer.</summary>
    public async Task<string> DeliverAsync(byte[] command)
    {
        using var redis = new TcpClient();
        await redis.ConnectAsync(IPAddress.Loopback, _target);
        await redis.GetStream().WriteAsync(command);
        var buffer = new byte[4096];
        var length = await redis.GetStream().ReadAsync(buffer);
        return Encoding.UTF8.GetString(buffer, 0, length);
    }

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        _listener.Stop();
        await _accepting;
        _end.Dispose();
    }

    private async Task AcceptAsync()
    {
        var serving = new List<Task>();
        try
        {
            while (true)
            {
                serving.Add(ServeAsync(await _listener.AcceptTcpClientAsync(_end.Token)));
            }
        }
        catch (Exception end) when (end is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            await Task.WhenAll(serving);
        }
    }

    private async Task ServeAsync(TcpClient client)
    {
        using var _ = client;
        using var redis = new TcpClient();
        try
        {
            await redis.ConnectAsync(IPAddress.Loopback, _target, _end.Token);
            await Task.WhenAny(CommandsAsync(client.GetStream(), redis.GetStream()), redis.GetStream().CopyToAsync(client.GetStream(), _end.Token));
        }
        catch (Exception end) when (end is OperationCanceledException or IOException or SocketException)
        {
            // One of the two has gone, or the test is over.
        }
    }

    /// <summary>Passes whole commands on, until one is to be kept.</summary>
    private async Task CommandsAsync(NetworkStream client, NetworkStream redis)
    {
        var buffer = new byte[1 << 20];
        var length = 0;
        int read;
        while ((read = await client.ReadAsync(buffer.AsMemory(length), _end.Token)) > 0)
        {
            length += read;
            int end;
            while ((end = EndOfCommand(buffer.AsSpan(0, length))) > 0)
            {
                if (Keeps(buffer.AsSpan(0, end)))
                {
                    return;
                }

                await redis.WriteAsync(buffer.AsMemory(0, end), _end.Token);
                buffer.AsSpan(end, length - end).CopyTo(buffer);
                length -= end;
            }
        }
    }

    private bool Keeps(ReadOnlySpan<byte> command)
    {
        lock (_gate)
        {
            if (_wanted is null || command.IndexOf(_wanted) < 0)
            {
                return false;
            }

            _wanted = null;
            _held!.SetResult(command.ToArray());
            return true;
        }
    }

    /// <summary>Where the first command ends; 0 when it is not complete. A command is '*', its count of arguments, then '$', length and bytes of each.</summary>
    private static int EndOfCommand(ReadOnlySpan<byte> bytes)
    {
        var at = 0;
        if (!TryNumber(bytes, ref at, out var count))
        {
            return 0;
        }

        for (var i = 0; i < count; i++)
        {
            if (!TryNumber(bytes, ref at, out var length) || at + length + 2 > bytes.Length)
            {
                return 0;
            }

            at += length + 2;
        }

        return at;
    }

    private static bool TryNumber(ReadOnlySpan<byte> bytes, ref int at, out int number)
    {
        number = 0;
        var line = bytes[at..];
        var end = line.IndexOf("\r\n"u8);
        if (end < 0)
        {
            return false;
        }

        number = int.Parse(line[1..end], provider: null);
        at += end + 2;
        return true;
    }
}
