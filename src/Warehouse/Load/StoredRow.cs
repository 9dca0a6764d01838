using CustomerTrack.Records;

namespace CustomerTrack.Load;

/// <summary>A row as the tables hold it, tombstones among them.</summary>
/// <param name="Row">The row; the number of its file is not known here and 0.</param>
/// <param name="SourceFile">The name of the file whose record started it.</param>
/// <param name="CurrentRevision">The revision of the row that is the key's current one; null where there is none.</param>
public readonly record struct StoredRow(Delta Row, string? SourceFile, long? CurrentRevision);
