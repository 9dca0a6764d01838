namespace CustomerTrack.Cluster;

/// <summary>A call was for a silo that is not, or no longer, a member of the cluster.</summary>
[GenerateSerializer, Alias("ct.SiloGoneException")]
public sealed class SiloGoneException : Exception
{
    public SiloGoneException(string silo)
        : base($"The silo '{silo}' is not in the cluster (any more).") => Silo = silo;

    /// <summary>Its name.</summary>
    [Id(0)]
    public string Silo { get; private set; }
}
