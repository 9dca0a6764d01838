using CustomerTrack.Dimensions;
using CustomerTrack.Records;

namespace CustomerTrack.Warehouse.Tests;

/// <summary>Short ways to say deltas of <see cref="TestDimensions.Customer"/>.</summary>
internal static class Deltas
{
    private static readonly DimensionDefinition Customer = TestDimensions.Customer();

    public static Delta Version(string key, long from, long? to, long revision, string? name = "Ann", long? points = null, long? order = null) =>
        Make(key, from, to, revision, RowState.Version) with { Content = Content(name, points, order) };

    public static Delta Deleted(string key, long from, long? to, long revision) => Make(key, from, to, revision, RowState.Deleted);

    public static Delta Retracted(string key, long from, long revision) => Make(key, from, null, revision, RowState.Retracted);

    private static Delta Make(string key, long from, long? to, long revision, RowState state) => new()
    {
        Key = key,
        ValidFrom = from,
        ValidTo = to,
        State = state,
        Revision = revision,
        RecordedAt = revision,
        File = 1 + (revision % 2),
        Row = revision,
    };

    private static byte[] Content(string? name, long? points, long? order)
    {
        var writer = new ContentWriter(Customer);
        writer.Begin();
        if (name is not null)
        {
            writer.SetText(0, name);
        }

        if (points is { } p)
        {
            writer.SetInt64(1, p);
        }

        if (order is { } o)
        {
            writer.SetInt64(2, o);
        }

        return writer.Finish().ToArray();
    }
}
