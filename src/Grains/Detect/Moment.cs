using CustomerTrack.Records;

namespace CustomerTrack.Detect;

/// <summary>Everything known about a key at one sequence, and what was last emitted for the row that starts there.</summary>
internal struct Moment
{
    public long Sequence;

    /// <summary>The candidate that counts or, with <see cref="Others"/>, one of them.</summary>
    public Candidate First;

    /// <summary>
    /// More candidates: records of other files that are still being read, or, for partial records with ordinals, the
    /// records below the last one. Null nearly always.
    /// </summary>
    public Candidate[]? Others;

    /// <summary>The revision of the last delta for the row that starts here; 0 if there never was one.</summary>
    public long Revision;

    /// <summary>When that delta was detected, microseconds UTC.</summary>
    public long RecordedAt;

    /// <summary>What that delta said the row is.</summary>
    public RowState Emitted;
}
