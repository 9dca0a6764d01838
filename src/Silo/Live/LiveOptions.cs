using System.ComponentModel.DataAnnotations;

namespace CustomerTrack.Live;

/// <summary>How changes are shown to those who watch them.</summary>
public sealed class LiveOptions
{
    public const string SectionName = "CustomerTrack:Live";

    /// <summary>Changes of a dimension that are kept, in 64 MB at most, for watchers who are slow or come back; older ones are lost to them, and they are told how many. Default: 10,000.</summary>
    [Range(10, 1_000_000)]
    public int Keep { get; set; } = 10_000;

    /// <summary>How long changes are gathered after the last watcher has gone, so that it may come back without a gap. Default: 2 minutes.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "1.00:00:00")]
    public TimeSpan Linger { get; set; } = TimeSpan.FromMinutes(2);

    /// <summary>The longest silence on a stream of changes: then a comment is sent, so that proxies keep it open and a watcher that is gone is noticed. Default: 15 seconds.</summary>
    [Range(typeof(TimeSpan), "00:00:00.100", "00:05:00")]
    public TimeSpan Heartbeat { get; set; } = TimeSpan.FromSeconds(15);
}
