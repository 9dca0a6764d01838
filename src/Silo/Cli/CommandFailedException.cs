namespace CustomerTrack.Cli;

/// <summary>A command could not do what was asked, for a reason its message explains to the user; exit code 1.</summary>
internal class CommandFailedException : Exception
{
    public CommandFailedException(string message)
        : base(message)
    {
    }

    public CommandFailedException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
