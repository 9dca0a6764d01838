using System.Diagnostics;
using OpenTelemetry;

namespace CustomerTrack.Telemetry;

/// <summary>
/// Keeps customers' keys out of spans that Orleans makes: a grain's id is its key, and a failure's message may quote anything. Ids of customers become
/// the grain's type alone; a span that tells of a failure is not sent, the pipeline's own around it says what kind it was.
/// </summary>
internal sealed class PersonalDataGuard : BaseProcessor<Activity>
{
    private const string Sources = "Microsoft.Orleans";

    // What Orleans calls grains that are ours and have no customer's key.
    private static readonly string[] Harmless = ["shard/", "silo/", "sys.", "systemtarget", "pubsubrendezvous"];
    private static readonly string[] Ids = ["orleans.rpc.source_id", "orleans.rpc.target_id", "orleans.grain.id"];

    public override void OnEnd(Activity data)
    {
        if (!data.Source.Name.StartsWith(Sources, StringComparison.Ordinal))
        {
            return;
        }

        if (data.Events.GetEnumerator().MoveNext() || data.StatusDescription is not null)
        {
            data.ActivityTraceFlags &= ~ActivityTraceFlags.Recorded;
            return;
        }

        foreach (var id in Ids)
        {
            if (data.GetTagItem(id)?.ToString() is { } value && !Array.Exists(Harmless, start => value.StartsWith(start, StringComparison.Ordinal)))
            {
                var end = value.IndexOf('/', StringComparison.Ordinal);
                data.SetTag(id, end < 0 ? null : value[..end]);
            }
        }
    }
}
