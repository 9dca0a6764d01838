namespace CustomerTrack.Dashboard;

/// <summary>The pages at <c>/</c>.</summary>
public sealed class DashboardOptions
{
    public const string SectionName = "CustomerTrack:Dashboard";

    /// <summary>Orleans' own dashboard at <c>/orleans</c>. It puts a filter around every call of a grain, which costs a little even while nobody looks. Default: true.</summary>
    public bool Orleans { get; set; } = true;
}
