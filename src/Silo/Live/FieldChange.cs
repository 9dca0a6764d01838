using CustomerTrack.Dimensions;

namespace CustomerTrack.Live;

/// <summary>A column that says something else than before.</summary>
/// <param name="Old">The encoded value before; null where it was null or there was no version.</param>
/// <param name="New">The encoded value now; null where it is null or there is no version any more.</param>
internal readonly record struct FieldChange(Column Column, ReadOnlyMemory<byte>? Old, ReadOnlyMemory<byte>? New);
