namespace CustomerTrack.Generator;

/// <summary>What a generated row is, in the population's life.</summary>
public enum RowKind : byte
{
    /// <summary>The first report of somebody.</summary>
    Join,

    /// <summary>Something changed.</summary>
    Update,

    /// <summary>Nothing changed since the last thing that happened.</summary>
    NoOp,

    /// <summary>Somebody left.</summary>
    Leave,

    /// <summary>Somebody who had left is back.</summary>
    Return,

    /// <summary>A delete of somebody who has left already.</summary>
    RepeatedDelete,

    /// <summary>A delete of a key that never existed.</summary>
    UnknownDelete,

    /// <summary>The losing record of a tie.</summary>
    TieLoser,

    /// <summary>A row that belongs into quarantine.</summary>
    Dirty,
}
