using CustomerTrack.Records;

namespace CustomerTrack.Detect;

/// <summary>A row of a customer as the lake shows it: the newest revision of its start, retracted ones among them.</summary>
/// <param name="Row">The row. Its file is a number that stands for the name the lake has.</param>
/// <param name="IsArchived">The file whose record started the row is among those that were read: what it says is known.</param>
public readonly record struct LakeRow(Delta Row, bool IsArchived);
