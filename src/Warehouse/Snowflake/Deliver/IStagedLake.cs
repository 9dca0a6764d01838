using CustomerTrack.Dimensions;
using CustomerTrack.Lake;

namespace CustomerTrack.Snowflake;

/// <summary>The lake as Snowflake's stages see it: the manifest of everything that was written.</summary>
public interface IStagedLake
{
    /// <summary>What stands before an object's name in the bucket; Snowflake names files with it.</summary>
    string Prefix { get; }

    /// <summary>Objects of a dimension in the order of their names, redeliveries among them.</summary>
    /// <param name="startAfter">A name, or the beginning of one; only names behind it. Null: all.</param>
    IAsyncEnumerable<LakeObject> ListAsync(DimensionDefinition dimension, string? startAfter, CancellationToken cancellationToken = default);

    /// <summary>Copies an object to the name of its <paramref name="attempt"/>th redelivery. Safe to repeat.</summary>
    ValueTask<LakeObject> RedeliverAsync(LakeObject original, int attempt, CancellationToken cancellationToken = default);

    /// <summary>Reads a small text that stands beside the objects; null when there is none.</summary>
    ValueTask<string?> ReadNoteAsync(string name, CancellationToken cancellationToken = default);

    /// <summary>Writes a small text beside the objects, over the one before; durable when it returns.</summary>
    ValueTask WriteNoteAsync(string name, string text, CancellationToken cancellationToken = default);
}
