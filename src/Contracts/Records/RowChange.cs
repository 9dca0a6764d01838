namespace CustomerTrack.Records;

/// <summary>What a delta did to its row, for those who watch changes. The tables do not need it: the image says all they hold.</summary>
public enum RowChange : byte
{
    /// <summary>Nothing: the row as it is, because its records came again.</summary>
    Repeated = 0,

    /// <summary>
    /// A version, or a gap, starts here now. What was before it is in the delta of the same customer that ends here, or else in
    /// <see cref="Delta.Before"/>; if it is in neither there was nothing.
    /// </summary>
    Opened = 1,

    /// <summary>Only its end is another.</summary>
    Moved = 2,

    /// <summary>The row was here and says something else now, or is retracted; <see cref="Delta.Before"/> is what it said.</summary>
    Restated = 3,
}
