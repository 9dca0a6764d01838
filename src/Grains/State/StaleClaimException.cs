namespace CustomerTrack.State;

/// <summary>
/// The landing file that records came from belongs to another process by now, which reads all of it again; nothing was stored. The sender
/// has to let the file go.
/// </summary>
[GenerateSerializer, Alias("ct.StaleClaimException")]
public sealed class StaleClaimException : Exception
{
    public StaleClaimException(string owner, long file)
        : base($"The landing file {file} is no longer claimed by '{owner}'; records that it read are refused.") => (Owner, File) = (owner, file);

    /// <summary>Who read the records.</summary>
    [Id(0)]
    public string Owner { get; private set; }

    /// <summary>The number of the first file that is somebody else's.</summary>
    [Id(1)]
    public long File { get; private set; }
}
