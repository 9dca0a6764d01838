using System.ComponentModel.DataAnnotations;

namespace CustomerTrack.Emit;

/// <summary>How deltas are gathered into lake objects.</summary>
public sealed class EmitOptions
{
    public const string SectionName = "CustomerTrack:Emit";

    /// <summary>Rows after which an object is closed. Default: 100,000.</summary>
    [Range(1, 10_000_000)]
    public int MaxRowsPerObject { get; set; } = 100_000;

    /// <summary>
    /// The shortest time between two objects of a dimension, and so the longest a delta waits for its object. The first delta
    /// after a quiet time does not wait. Shorter is fresher, longer makes fewer and larger objects. Default: 250 ms.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:00.010", "00:10:00")]
    public TimeSpan MaxObjectAge { get; set; } = TimeSpan.FromMilliseconds(250);
}
