namespace CustomerTrack.Live;

/// <summary>What a change did to the history of its key.</summary>
internal enum ChangeOperation
{
    /// <summary>A version starts where the key had none right before: a new key, one that comes back, or a late record before the first.</summary>
    Insert,

    /// <summary>A version starts where another ends.</summary>
    Update,

    /// <summary>The key is gone from <see cref="Change.ValidFrom"/> on.</summary>
    Delete,

    /// <summary>A version that was there says something else: a column without history, or another record won its moment.</summary>
    Restate,

    /// <summary>No version starts there any more: a late record made the start obsolete.</summary>
    Retract,

    /// <summary>Only where it ends is another, and no version that starts there says why.</summary>
    Move,
}
