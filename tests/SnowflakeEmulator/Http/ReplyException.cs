namespace CustomerTrack.SnowflakeEmulator;

/// <summary>The request ends with this answer.</summary>
internal sealed class ReplyException(Reply reply) : Exception
{
    public Reply Reply { get; } = reply;
}
