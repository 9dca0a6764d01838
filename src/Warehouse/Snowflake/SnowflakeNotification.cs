namespace CustomerTrack.Snowflake;

/// <summary>How Snowpipe learns of new objects.</summary>
public enum SnowflakeNotification
{
    /// <summary>This process calls insertFiles.</summary>
    Rest,

    /// <summary>The bucket's events tell the pipe.</summary>
    AutoIngest,
}
