namespace CustomerTrack.Dashboard;

/// <summary>The pages at <c>/</c>.</summary>
public sealed class DashboardOptions
{
    public const string SectionName = "CustomerTrack:Dashboard";

    /// <summary>Orleans' own dashboard at <c>/orleans</c>: silos, grain types and how many are active. Default: true.</summary>
    public bool Orleans { get; set; } = true;

    /// <summary>It also shows how often methods of grains are called and how long they take: a filter around every call, also while nobody looks. Default: false.</summary>
    public bool OrleansCalls { get; set; }
}
