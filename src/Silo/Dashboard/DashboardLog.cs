namespace CustomerTrack.Dashboard;

/// <summary>What pages log. Never a key or a value of a customer.</summary>
internal static partial class DashboardLog
{
    [LoggerMessage(Level = LogLevel.Warning, Message = "The dashboard could not read {What}: {Failure}.")]
    public static partial void Unread(ILogger logger, string what, string failure);

    [LoggerMessage(Level = LogLevel.Error, Message = "A replay of the quarantine that was started from the dashboard failed.")]
    public static partial void ReplayFailed(ILogger logger, Exception failure);
}
