namespace CustomerTrack.Cli;

/// <summary>What was asked for cannot be meant: a wrong option, setting or definition. Its message is all the user sees; exit code 2.</summary>
internal sealed class UsageException : Exception
{
    public UsageException(string message)
        : base(message)
    {
    }

    public UsageException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
