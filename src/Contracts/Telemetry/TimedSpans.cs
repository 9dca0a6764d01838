using System.Diagnostics;

namespace CustomerTrack.Telemetry;

/// <summary>
/// Spans whose beginnings and ends are given, so that the hops of a file join without a gap, and whose parent is said, not found: what runs
/// at the moment is left as it is. Nothing is made where nobody listens or the parent is not recorded.
/// </summary>
public static class TimedSpans
{
    /// <summary>Begins a span. Without a parent it begins a trace, recorded as the sampler decides.</summary>
    public static Activity? Begin(
        ActivitySource source,
        string name,
        ActivityKind kind,
        ActivityContext parent,
        DateTimeOffset start,
        IEnumerable<KeyValuePair<string, object?>>? tags = null,
        IEnumerable<ActivityLink>? links = null)
    {
        if (!source.HasListeners())
        {
            return null;
        }

        // Without a parent StartActivity would take the running span for one.
        var running = Activity.Current;
        Activity.Current = null;
        var span = source.StartActivity(name, kind, parent, tags, links, start);
        Activity.Current = running;
        return span;
    }

    /// <summary>Ends a span at a given time; for null nothing happens.</summary>
    public static void End(Activity? span, DateTimeOffset end)
    {
        if (span is null)
        {
            return;
        }

        var running = Activity.Current;
        span.SetEndTime(end.UtcDateTime);
        span.Stop();
        Activity.Current = running == span ? null : running;
    }

    /// <summary>Ends a span whose work failed. Only the kind of the failure is told: messages may quote what was read.</summary>
    public static void Fail(Activity? span, DateTimeOffset end, string errorType)
    {
        span?.SetTag("error.type", errorType).SetStatus(ActivityStatusCode.Error);
        End(span, end);
    }

    /// <summary>A span that is over already.</summary>
    public static void Record(
        ActivitySource source,
        string name,
        ActivityKind kind,
        ActivityContext parent,
        DateTimeOffset start,
        DateTimeOffset end,
        IEnumerable<KeyValuePair<string, object?>>? tags = null,
        IEnumerable<ActivityLink>? links = null) => End(Begin(source, name, kind, parent, start, tags, links), end);

    /// <summary>
    /// Work that was done once for several files: a span of its own that is linked to each of them, and in each file's trace one that says the same
    /// and is linked to it. Of a single file only the latter.
    /// </summary>
    public static void RecordShared(
        ActivitySource source,
        string name,
        ActivityKind kind,
        IReadOnlyCollection<ActivityContext> files,
        DateTimeOffset start,
        DateTimeOffset end,
        IReadOnlyCollection<KeyValuePair<string, object?>> tags) => Share(source, name, kind, files, start, tags, span => End(span, end));

    /// <summary>Work that was to be done once for several files, and failed; see <see cref="RecordShared"/> and <see cref="Fail"/>.</summary>
    public static void FailShared(
        ActivitySource source,
        string name,
        ActivityKind kind,
        IReadOnlyCollection<ActivityContext> files,
        DateTimeOffset start,
        DateTimeOffset end,
        string errorType,
        IReadOnlyCollection<KeyValuePair<string, object?>> tags) => Share(source, name, kind, files, start, tags, span => Fail(span, end, errorType));

    private static void Share(
        ActivitySource source,
        string name,
        ActivityKind kind,
        IReadOnlyCollection<ActivityContext> files,
        DateTimeOffset start,
        IReadOnlyCollection<KeyValuePair<string, object?>> tags,
        Action<Activity?> finish)
    {
        if (files.Count == 0)
        {
            return;
        }

        var shared = files.Count == 1 ? null : Begin(source, name, kind, default, start, tags, files.Select(file => new ActivityLink(file)));
        ActivityLink[] links = shared is null ? [] : [new(shared.Context)];
        foreach (var file in files)
        {
            finish(Begin(source, name, kind, file, start, tags, links));
        }

        finish(shared);
    }
}
