using System.Net;
using System.Net.Sockets;
using CustomerTrack.Harness;

namespace CustomerTrack.Faults;

/// <summary>The harness's own networks do what scenarios ask of them.</summary>
public sealed class SiloNetworkTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_is_cut_lets_nothing_through_until_it_heals_and_the_rest_goes_on()
    {
        Assert.SkipWhen(SiloNetwork.WhyMissing is not null, SiloNetwork.WhyMissing ?? "");
        using var network = SiloNetwork.Create(2);
        var (one, other) = (network.Silos[0], network.Silos[1]);
        using var hub = Listen(new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp), network.Hub);
        using var inside = Listen(await other.MakeSocketAsync(), other.Address);
        Assert.Equal((true, true, true), await ReachAsync());

        SiloNetwork.Cut(one, other);
        Assert.Equal((true, true, false), await ReachAsync());
        SiloNetwork.Heal(one);
        network.CutFromHub(one);
        Assert.Equal((false, true, true), await ReachAsync());
        SiloNetwork.Heal(one);
        SiloNetwork.Isolate(one);
        Assert.Equal((false, true, false), await ReachAsync());
        SiloNetwork.Heal(one);

        Assert.Equal((true, true, true), await ReachAsync());

        async Task<(bool Hub, bool OtherHub, bool Other)> ReachAsync() => (
            await ReachesAsync(one, hub.LocalEndPoint!), await ReachesAsync(other, hub.LocalEndPoint!), await ReachesAsync(one, inside.LocalEndPoint!));
    }

    private static Socket Listen(Socket socket, IPAddress address)
    {
        socket.Bind(new IPEndPoint(address, 0));
        socket.Listen();
        return socket;
    }

    private static async Task<bool> ReachesAsync(NetworkNamespace from, EndPoint to)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(Token);
        limit.CancelAfter(Patience);
        try
        {
            await using var stream = await from.ConnectAsync(to, limit.Token);
            return true;
        }
        catch (Exception cut) when (cut is SocketException or OperationCanceledException && !Token.IsCancellationRequested)
        {
            return false;
        }
    }
}
