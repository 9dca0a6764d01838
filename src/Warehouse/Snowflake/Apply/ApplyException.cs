namespace CustomerTrack.Snowflake;

/// <summary>The scripts could not be applied; the message says where it stopped and what to do. What ran before stays, and running them again goes on.</summary>
public sealed class ApplyException : Exception
{
    public ApplyException(string message, Exception? inner = null)
        : base(message, inner)
    {
    }
}
