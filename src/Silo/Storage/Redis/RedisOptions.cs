using System.ComponentModel.DataAnnotations;

namespace CustomerTrack.Storage;

/// <summary>The Redis that keeps the states of a cluster. Needs <c>appendonly yes</c> and <c>appendfsync always</c>.</summary>
public sealed class RedisOptions
{
    public const string SectionName = "CustomerTrack:Redis";

    /// <summary>Host, port and options as StackExchange.Redis writes them: <c>redis:6379,ssl=true,user=ct</c>. Default: none; required in a cluster.</summary>
    public string? Connection { get; set; }

    /// <summary>The password; better from the environment or <see cref="PasswordFile"/> than from a file of settings. Default: none.</summary>
    public string? Password { get; set; }

    /// <summary>A file that holds the password, as mounted by a container's secrets. Default: none.</summary>
    public string? PasswordFile { get; set; }

    /// <summary>What every key of this service starts with. Default: customertrack.</summary>
    [Required, RegularExpression("^[A-Za-z0-9._:-]{1,64}$", ErrorMessage = "allowed: 1 to 64 letters, digits, dots, colons, dashes and underscores")]
    public string KeyPrefix { get; set; } = "customertrack";

    /// <summary>How long a command may take before it counts as failed, 1 s to 5 min. Default: 15 s.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "00:05:00")]
    public TimeSpan Timeout { get; set; } = TimeSpan.FromSeconds(15);

    /// <summary>
    /// Whoever runs the Redis vouches that what it has acknowledged survives its restart and its failover. Without it the server is asked, and refused when it says
    /// otherwise or does not say. Default: false.
    /// </summary>
    public bool AssumeDurable { get; set; }
}
