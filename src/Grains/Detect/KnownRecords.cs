namespace CustomerTrack.Detect;

/// <summary>What is known of where a customer's gathered records come from.</summary>
public readonly record struct KnownRecords
{
    /// <summary>
    /// No record of the customer is missing: every file is there, or the states in use know all that the lake shows. Then the records are right wherever the
    /// lake differs; otherwise the lake is, up to <see cref="LakeUntil"/>.
    /// </summary>
    public required bool AreComplete { get; init; }

    /// <summary>Files from this number on are claimed, and read again after the rebuild: the lake need not show all they say.</summary>
    public required long OpenFloor { get; init; }

    /// <summary>The newest time of a row in the lake. It may lack what files with higher numbers say.</summary>
    public required long LakeUntil { get; init; }
}
