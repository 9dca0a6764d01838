namespace CustomerTrack.Serve;

/// <summary>A query is wrong or no query: the asker's mistake, the warehouse is well.</summary>
public sealed class QueryRefusedException : Exception
{
    public QueryRefusedException(string message)
        : base(message)
    {
    }

    public QueryRefusedException(string message, Exception cause)
        : base(message, cause)
    {
    }
}
