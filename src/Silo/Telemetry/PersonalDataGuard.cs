using System.Diagnostics;
using OpenTelemetry;

namespace CustomerTrack.Telemetry;

/// <summary>
/// Keeps customers' keys out of spans that Orleans makes: a grain's id is its key, and a failure's message may quote anything. Ids of customers become
/// the grain's type alone; attributes that are not known to be harmless are left out; a span that tells of a failure, or quotes something in an event, is
/// not sent: the pipeline's own around it says what kind of failure it was.
/// </summary>
internal sealed class PersonalDataGuard : BaseProcessor<Activity>
{
    private const string Sources = "Microsoft.Orleans";

    // What Orleans calls grains that are ours and have no customer's key.
    private static readonly string[] Harmless = ["shard/", "silo/", "sys.", "systemtarget", "pubsubrendezvous"];

    // Attributes that name no single grain.
    private static readonly string[] Known =
        ["orleans.grain.type", "orleans.silo.id", "orleans.activation.id", "orleans.activation.cause", "orleans.placement.filter.type", "orleans.directory.previousRegistration.present"];

    private static readonly string[] Ids = ["orleans.rpc.source_id", "orleans.rpc.target_id", "orleans.grain.id"];

    public override void OnEnd(Activity data)
    {
        if (!data.Source.Name.StartsWith(Sources, StringComparison.Ordinal))
        {
            return;
        }

        if (data.Status == ActivityStatusCode.Error || data.StatusDescription is not null || data.Events.Any(one => one.Tags.Any()))
        {
            data.ActivityTraceFlags &= ~ActivityTraceFlags.Recorded;
            return;
        }

        // Addresses have the grain's id in them, reasons may quote anything, and the next version may tell more.
        foreach (var (tag, _) in data.TagObjects.Where(tag => !tag.Key.StartsWith("rpc.", StringComparison.Ordinal) && !Known.Contains(tag.Key) && !Ids.Contains(tag.Key)).ToList())
        {
            data.SetTag(tag, null);
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
