namespace CustomerTrack.Api;

/// <summary>One key of the HTTP API.</summary>
public sealed class ApiKeyOptions
{
    /// <summary>The key itself, from the environment. Default: none; this or <see cref="KeyFile"/>.</summary>
    public string? Key { get; set; }

    /// <summary>A file that holds the key, as mounted by a container's secrets; read when the process starts. Default: none.</summary>
    public string? KeyFile { get; set; }

    /// <summary>What its holder may do. Default: Read.</summary>
    public ApiRole Role { get; set; }
}
