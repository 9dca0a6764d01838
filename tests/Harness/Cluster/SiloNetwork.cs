using System.Diagnostics;
using System.Globalization;
using System.Net;

namespace CustomerTrack.Harness;

/// <summary>
/// A network on which every silo has a namespace and an address of its own, and links that can be cut. A bridge in a namespace joins them, out of
/// reach of rules that this machine has for its own bridges. Needs root, iproute2 and nftables.
/// </summary>
public sealed class SiloNetwork : IDisposable
{
    private const string Table = "inet cut";
    private static int _made;

    private readonly string _prefix = string.Create(CultureInfo.InvariantCulture, $"ct{System.Environment.ProcessId % 100_000}x{Interlocked.Increment(ref _made)}");
    private readonly List<NetworkNamespace> _silos = [];
    private readonly string _subnet;

    private SiloNetwork(string subnet)
    {
        _subnet = subnet;
        Hub = IPAddress.Parse($"{subnet}.1");
    }

    /// <summary>This machine's own address on the network: where Redis listens.</summary>
    public IPAddress Hub { get; }

    public IReadOnlyList<NetworkNamespace> Silos => _silos;

    /// <summary>Why there can be none here, as a sentence; null where there can.</summary>
    public static string? WhyMissing { get; } = FindWhyMissing();

    /// <summary>Makes one.</summary>
    public static SiloNetwork Create(int silos)
    {
        var network = new SiloNetwork(FreeSubnet());
        try
        {
            network.Make(silos);
            return network;
        }
        catch
        {
            network.Dispose();
            throw;
        }
    }

    /// <summary>Nothing gets through between two silos from now on; nobody is told.</summary>
    public static void Cut(NetworkNamespace one, NetworkNamespace other) => Drop(one, other.Address);

    /// <summary>Nothing gets through between a silo and this machine, where Redis is; the other silos are still reached.</summary>
    public void CutFromHub(NetworkNamespace silo) => Drop(silo, Hub);

    /// <summary>The silo's link is down: it reaches nobody.</summary>
    public static void Isolate(NetworkNamespace silo) => Must([.. silo.Through, "ip", "link", "set", "eth0", "down"]);

    /// <summary>Everything gets through again.</summary>
    public static void Heal(NetworkNamespace silo)
    {
        Must([.. silo.Through, "ip", "link", "set", "eth0", "up"]);
        Must([.. silo.Through, "nft", $"flush chain {Table} in; flush chain {Table} out"]);
    }

    public void Dispose()
    {
        // What lives in a namespace goes with it, also the other end of a link. Those that were not made yet are not there.
        foreach (var name in (IEnumerable<string>)[.. _silos.Select(silo => silo.Name), HubName])
        {
            _ = Run("ip", "netns", "delete", name);
        }
    }

    private string HubName => _prefix + "h";

    private void Make(int silos)
    {
        Must("ip", "netns", "add", HubName);
        InHub("ip", "link", "add", "br0", "type", "bridge");
        InHub("ip", "link", "set", "br0", "up");
        InHub("ip", "link", "set", "lo", "up");
        Must("ip", "link", "add", HubName, "type", "veth", "peer", "name", "host", "netns", HubName);
        InHub("ip", "link", "set", "host", "master", "br0", "up");
        Must("ip", "address", "add", $"{Hub}/24", "dev", HubName);
        Must("ip", "link", "set", HubName, "up");
        for (var i = 1; i <= silos; i++)
        {
            var silo = new NetworkNamespace(string.Create(CultureInfo.InvariantCulture, $"{_prefix}s{i}"), IPAddress.Parse(string.Create(CultureInfo.InvariantCulture, $"{_subnet}.{10 + i}")));
            var port = string.Create(CultureInfo.InvariantCulture, $"s{i}");
            Must("ip", "netns", "add", silo.Name);
            _silos.Add(silo);
            InHub("ip", "link", "add", port, "type", "veth", "peer", "name", "eth0", "netns", silo.Name);
            InHub("ip", "link", "set", port, "master", "br0", "up");
            Must([.. silo.Through, "ip", "link", "set", "lo", "up"]);
            Must([.. silo.Through, "ip", "address", "add", $"{silo.Address}/24", "dev", "eth0"]);
            Must([.. silo.Through, "ip", "link", "set", "eth0", "up"]);
            Must([.. silo.Through, "nft", $"add table {Table}; add chain {Table} in {{ type filter hook input priority 0; }}; add chain {Table} out {{ type filter hook output priority 0; }}"]);
        }
    }

    private void InHub(params string[] command) => Must(["nsenter", $"--net=/run/netns/{HubName}", .. command]);

    private static void Drop(NetworkNamespace silo, IPAddress other) =>
        Must([.. silo.Through, "nft", $"add rule {Table} in ip saddr {other} drop; add rule {Table} out ip daddr {other} drop"]);

    private static string FreeSubnet()
    {
        while (true)
        {
            var subnet = string.Create(CultureInfo.InvariantCulture, $"10.{Random.Shared.Next(200, 250)}.{Random.Shared.Next(1, 250)}");
            if (Run("ip", "address", "show", "to", $"{subnet}.0/24").Output.Length == 0)
            {
                return subnet;
            }
        }
    }

    private static string? FindWhyMissing()
    {
        if (!OperatingSystem.IsLinux() || System.Environment.UserName != "root")
        {
            return "Only root on Linux can give each silo a network of its own.";
        }

        foreach (var program in (string[])["ip", "nft", "nsenter"])
        {
            if (!(System.Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Any(folder => File.Exists(Path.Combine(folder, program))))
            {
                return $"There is no '{program}': install it with 'apt-get install -y --no-install-recommends iproute2 nftables util-linux'.";
            }
        }

        try
        {
            using var probe = new SiloNetwork(FreeSubnet());
            probe.Make(1);
            return null;
        }
        catch (InvalidOperationException refused)
        {
            return $"No network namespaces can be made here: {refused.Message}";
        }
    }

    private static void Must(params string[] command)
    {
        var (code, _, error) = Run(command);
        if (code != 0)
        {
            throw new InvalidOperationException($"'{string.Join(' ', command)}' failed: {error.Trim()}");
        }
    }

    private static (int Code, string Output, string Error) Run(params string[] command)
    {
        using var process = Process.Start(new ProcessStartInfo(command[0], command[1..]) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        var error = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, output, error.Result);
    }
}
