namespace CustomerTrack.Records;

/// <summary>What a row of the physical history is.</summary>
public enum RowState : byte
{
    /// <summary>A version people see.</summary>
    Version = 0,

    /// <summary>A gap: the key was deleted at <c>valid_from</c>. Hidden by the views, a tombstone in SCD1 while it is open.</summary>
    Deleted = 1,

    /// <summary>Nothing starts here any more: a late record made the start obsolete. Hidden by the views.</summary>
    Retracted = 2,
}
