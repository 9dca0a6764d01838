namespace CustomerTrack.Cli.Pipeline;

/// <summary>What the rows of a file are.</summary>
internal enum IngestShape : byte
{
    /// <summary>One record each.</summary>
    Records,

    /// <summary>Together everything there is at one moment: a key that is absent is deleted.</summary>
    Snapshot,

    /// <summary>Debezium change envelopes.</summary>
    Debezium,
}
