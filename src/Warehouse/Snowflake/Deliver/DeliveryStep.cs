namespace CustomerTrack.Snowflake;

/// <summary>What is to be done for an object, unless it shows up in the tables before.</summary>
internal enum DeliveryStep
{
    /// <summary>Tell the pipe its name.</summary>
    Announce,

    /// <summary>Write it again under a new name: the pipe remembers names, also of files that failed.</summary>
    Redeliver,
}
