namespace CustomerTrack.Dashboard.Live;

/// <summary>What the page of live changes tells the log: generated for code, not for pages.</summary>
internal static partial class LiveLog
{
    [LoggerMessage(Level = LogLevel.Error, Message = "The feed of {Dimension} could not be opened for the page of live changes.")]
    public static partial void NotOpened(ILogger logger, Exception exception, string dimension);
}
