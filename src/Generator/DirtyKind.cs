namespace CustomerTrack.Generator;

/// <summary>What is wrong with a dirty row.</summary>
public enum DirtyKind : byte
{
    None,

    /// <summary>The sequence is missing or no timestamp.</summary>
    BadSequence,

    /// <summary>The sequence is centuries ahead.</summary>
    FutureSequence,

    /// <summary>The key is missing.</summary>
    NullKey,

    /// <summary>A CSV row with too few or too many fields; even read leniently its sequence is unreadable.</summary>
    Ragged,

    /// <summary>A line that is no JSON object.</summary>
    BrokenJson,
}
