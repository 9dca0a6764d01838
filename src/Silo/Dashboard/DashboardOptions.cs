using System.ComponentModel.DataAnnotations;

namespace CustomerTrack.Dashboard;

/// <summary>The pages at <c>/</c>.</summary>
public sealed class DashboardOptions
{
    public const string SectionName = "CustomerTrack:Dashboard";

    /// <summary>Orleans' own dashboard at <c>/orleans</c>: silos, grain types and how many are active. Default: true.</summary>
    public bool Orleans { get; set; } = true;

    /// <summary>It also shows how often methods of grains are called and how long they take: a filter around every call, also while nobody looks. Default: false.</summary>
    public bool OrleansCalls { get; set; }

    /// <summary>
    /// Where a browser finds the trace of a landing file, with <c>{file}</c> in the place of its name: the customer's page links there from each version.
    /// Default: none, and no links.
    /// </summary>
    [RegularExpression("^https?://[^ ]*[{]file[}][^ ]*$", ErrorMessage = "allowed: an address that begins with http:// or https:// and has {file} in it.")]
    public string? TraceUrl { get; set; }

    /// <summary>The address of a landing file's trace; null where it is not said.</summary>
    public string? TraceOf(string file) => TraceUrl?.Replace("{file}", Uri.EscapeDataString(file), StringComparison.Ordinal);
}
