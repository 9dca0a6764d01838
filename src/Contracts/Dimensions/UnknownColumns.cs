namespace CustomerTrack.Dimensions;

/// <summary>What happens to a column that the definition does not name.</summary>
public enum UnknownColumns : byte
{
    /// <summary>Counted, reported once a file, otherwise ignored.</summary>
    Ignore,

    /// <summary>The record goes to quarantine.</summary>
    Reject,
}
