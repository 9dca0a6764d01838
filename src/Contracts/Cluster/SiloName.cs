using System.Globalization;
using System.Net;

namespace CustomerTrack.Cluster;

/// <summary>
/// The name of a silo as owner of claims, holder of seats and key of its grain: address, port and generation, <c>10.0.0.3-11111-98765432</c>. Can be
/// part of a file's name. A silo that starts again is another one.
/// </summary>
public static class SiloName
{
    public static string Of(SiloAddress silo)
    {
        ArgumentNullException.ThrowIfNull(silo);
        var address = silo.Endpoint.Address.ToString().Replace(':', '_').Replace('%', '+');
        return string.Create(CultureInfo.InvariantCulture, $"{address}-{silo.Endpoint.Port}-{silo.Generation}");
    }

    /// <summary>Reads a name; false for anything else.</summary>
    public static bool TryParse(string name, out SiloAddress silo)
    {
        ArgumentNullException.ThrowIfNull(name);
        silo = SiloAddress.Zero;
        var generationAt = name.LastIndexOf('-');
        var portAt = generationAt > 0 ? name.LastIndexOf('-', generationAt - 1) : -1;
        if (portAt <= 0
            || !int.TryParse(name.AsSpan(generationAt + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var generation)
            || !ushort.TryParse(name.AsSpan(portAt + 1, generationAt - portAt - 1), NumberStyles.None, CultureInfo.InvariantCulture, out var port)
            || !IPAddress.TryParse(name[..portAt].Replace('_', ':').Replace('+', '%'), out var address))
        {
            return false;
        }

        silo = SiloAddress.New(address, port, generation);
        return true;
    }
}
