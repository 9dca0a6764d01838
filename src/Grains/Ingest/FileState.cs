namespace CustomerTrack.Ingest;

/// <summary>How far a landing file is.</summary>
public enum FileState : byte
{
    /// <summary>Claimed; its rows are being read and folded.</summary>
    Reading,

    /// <summary>Every delta is durable in the lake, and the file is in the archive.</summary>
    Archived,

    /// <summary>The tables hold everything the file said.</summary>
    Queryable,

    /// <summary>The file could not be read at all and lies in the rejected folder.</summary>
    Rejected,
}
