using CustomerTrack.Dimensions;
using CustomerTrack.Records;

namespace CustomerTrack.Detect;

/// <summary>The one way records are folded into a state, whoever does it: the customer's grain, or its shard.</summary>
internal static class CustomerFold
{
    public static Folded Fold(
        DimensionDefinition dimension, string key, byte[] state, ReadOnlySpan<Record> records, in DetectContext context, out byte[] after)
    {
        var detected = ChangeDetector.Detect(dimension, key, state, records, context);
        after = detected.State ?? state;
        return new Folded
        {
            State = detected.State,
            Version = TimelineCodec.VersionOf(after),
            Deltas = detected.Deltas,
            TooLate = detected.TooLate,
            Counts = detected.Counts,
        };
    }
}
