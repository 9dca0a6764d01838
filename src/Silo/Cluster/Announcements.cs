using System.Diagnostics;
using CustomerTrack.Lake;
using CustomerTrack.Records;
using CustomerTrack.Telemetry;

namespace CustomerTrack.Cluster;

/// <summary>Lake objects as silos tell each other of them.</summary>
internal static class Announcements
{
    public static LakeAnnouncement Of(LakeObject written) => new()
    {
        Dimension = written.Dimension,
        Name = written.Name,
        Rows = written.Rows,
        Bytes = written.Bytes,
        WrittenAt = written.Origin is { } origin ? SequenceText.FromTicks(origin.WrittenAt.UtcTicks) : 0,
        Traces = written.Origin is { } traced ? [.. traced.Files.Select(file => TraceParent.Format(file))] : null,
    };

    public static LakeObject ObjectOf(LakeAnnouncement announced) => new()
    {
        Dimension = announced.Dimension,
        Name = announced.Name,
        Rows = announced.Rows,
        Bytes = announced.Bytes,
        Origin = announced.Traces is { Length: > 0 } traces ? new() { WrittenAt = new(SequenceText.ToDateTime(announced.WrittenAt)), Files = Contexts(traces) } : null,
    };

    private static List<ActivityContext> Contexts(string[] traces)
    {
        var contexts = new List<ActivityContext>(traces.Length);
        foreach (var text in traces)
        {
            if (TraceParent.TryParse(text, out var context))
            {
                contexts.Add(context);
            }
        }

        return contexts;
    }
}
