namespace CustomerTrack.Dimensions;

/// <summary>Where a record's sequence comes from.</summary>
public enum SequenceSource : byte
{
    /// <summary>A column of the record.</summary>
    Column,

    /// <summary>A date and time, or a number, inside the file's name.</summary>
    FileName,

    /// <summary>The moment the file was claimed; it stays with the file through every redelivery.</summary>
    Arrival,
}
