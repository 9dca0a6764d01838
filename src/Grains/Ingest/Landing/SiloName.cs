using System.Globalization;

namespace CustomerTrack.Ingest;

/// <summary>What a silo is called wherever it leaves its name: <c>10.0.0.3-11111-98765432</c>. Another one after every start.</summary>
public static class SiloName
{
    /// <summary>Address, port and generation, in characters that names of files and objects may have.</summary>
    public static string Of(SiloAddress silo)
    {
        ArgumentNullException.ThrowIfNull(silo);
        var address = silo.Endpoint.Address.ToString().Replace(':', '_').Replace('%', '_');
        return string.Create(CultureInfo.InvariantCulture, $"{address}-{silo.Endpoint.Port}-{silo.Generation}");
    }
}
