using System.ComponentModel.DataAnnotations;

namespace CustomerTrack.Cluster;

/// <summary>How silos find each other and share work.</summary>
public sealed class ClusterSettings
{
    public const string SectionName = "CustomerTrack:Cluster";

    /// <summary>Solo, or one of several silos. Default: Solo.</summary>
    public ClusterMode Mode { get; set; } = ClusterMode.Solo;

    /// <summary>Silos with the same id find each other. Default: customertrack.</summary>
    [Required, RegularExpression("^[A-Za-z0-9._-]{1,64}$", ErrorMessage = "allowed: 1 to 64 letters, digits, dots, dashes and underscores")]
    public string ClusterId { get; set; } = "customertrack";

    /// <summary>Names the states for good; clusters with other ids of the same service follow each other, never run together. Default: customertrack.</summary>
    [Required, RegularExpression("^[A-Za-z0-9._-]{1,64}$", ErrorMessage = "allowed: 1 to 64 letters, digits, dots, dashes and underscores")]
    public string ServiceId { get; set; } = "customertrack";

    /// <summary>Who keeps the table of silos. Default: Redis.</summary>
    public MembershipProvider Membership { get; set; } = MembershipProvider.Redis;

    /// <summary>
    /// The address or host name under which the other silos reach this one, and at which it listens. Silos trust each other: a network of their own.
    /// Default: 127.0.0.1, for silos on one machine.
    /// </summary>
    [Required]
    public string Host { get; set; } = "127.0.0.1";

    /// <summary>The port for other silos. Default: 0, a free one.</summary>
    [Range(0, 65_535)]
    public int SiloPort { get; set; }

    /// <summary>The port for Orleans clients. Default: 0, a free one.</summary>
    [Range(0, 65_535)]
    public int GatewayPort { get; set; }

    /// <summary>Whether all silos have the same data folder. Default: Shared.</summary>
    public DataFolderUse DataFolder { get; set; } = DataFolderUse.Shared;

    /// <summary>
    /// About how long a silo may be silent until the others declare it dead and take over what it claimed, 3 s to 10 min. A pause that is longer, of a
    /// machine or of garbage collection, costs the silo its life, but no data. Default: 10 s.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:03", "00:10:00")]
    public TimeSpan DeathTimeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>How long a silo that is stopped may take to finish what is under way, 5 s to 1 h; what grants it time to stop must grant more. Default: 45 s.</summary>
    [Range(typeof(TimeSpan), "00:00:05", "01:00:00")]
    public TimeSpan DrainTimeout { get; set; } = TimeSpan.FromSeconds(45);
}
