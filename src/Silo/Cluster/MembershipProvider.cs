namespace CustomerTrack.Cluster;

/// <summary>Who keeps the table of silos.</summary>
public enum MembershipProvider
{
    /// <summary>The Redis that keeps the states.</summary>
    Redis,

    /// <summary>The provider that the section <c>Orleans:Clustering</c> names.</summary>
    Orleans,
}
