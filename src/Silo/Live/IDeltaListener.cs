using CustomerTrack.Records;

namespace CustomerTrack.Live;

/// <summary>Who listens to a dimension's deltas. Several calls may be under way at the same time.</summary>
internal interface IDeltaListener
{
    /// <summary>Takes what one batch changed.</summary>
    Task TakeAsync(IReadOnlyList<Delta> deltas);

    /// <summary>Deltas may be missing here.</summary>
    /// <param name="why">As a sentence, for those who watch.</param>
    void Miss(string why);
}
