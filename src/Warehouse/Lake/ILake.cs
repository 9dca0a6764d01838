using CustomerTrack.Dimensions;
using CustomerTrack.Records;

namespace CustomerTrack.Lake;

/// <summary>Where deltas rest as immutable Parquet objects: the source of truth for every warehouse.</summary>
public interface ILake
{
    /// <summary>
    /// Writes <paramref name="deltas"/> as one object under a new name. Durable when it returns. A failure may be retried with the
    /// same list and leaves nothing visible, except where a store's answer was lost: then its object may be there, and
    /// a retry with the same list completes it. Rows that come twice change no table.
    /// </summary>
    /// <param name="fileNames">The names of the files the deltas came from, by number.</param>
    ValueTask<LakeObject> WriteAsync(
        DimensionDefinition dimension,
        IReadOnlyList<Delta> deltas,
        IReadOnlyDictionary<long, string> fileNames,
        CancellationToken cancellationToken = default);

    /// <summary>Every complete object of a dimension, oldest name first.</summary>
    IAsyncEnumerable<LakeObject> ListAsync(DimensionDefinition dimension, CancellationToken cancellationToken = default);

    /// <summary>Some of the newest objects of a dimension, by their names: at least one where there are any.</summary>
    /// <param name="count">How many at most.</param>
    async Task<IReadOnlyList<LakeObject>> ListNewestAsync(DimensionDefinition dimension, int count, CancellationToken cancellationToken = default)
    {
        var newest = new Queue<LakeObject>();
        await foreach (var item in ListAsync(dimension, cancellationToken))
        {
            newest.Enqueue(item);
            if (newest.Count > count)
            {
                newest.Dequeue();
            }
        }

        return [.. newest];
    }

    /// <summary>The object as a file below the lake's local folder, for readers that need one.</summary>
    /// <exception cref="LakeException">It is not there, or cannot be read.</exception>
    ValueTask<LocalObject> OpenLocalAsync(LakeObject lakeObject, CancellationToken cancellationToken = default);
}
