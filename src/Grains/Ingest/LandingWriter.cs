using System.Globalization;
using CustomerTrack.Records;
using CustomerTrack.Telemetry;

namespace CustomerTrack.Ingest;

/// <summary>Lands what arrives otherwise than as a file: it becomes one, and is then like any other.</summary>
public sealed class LandingWriter(ILandingPlace place, TimeProvider time)
{
    /// <summary>Writes NDJSON as a landing file, visible only once it is complete; durable when it returns.</summary>
    /// <param name="traceParent">The sender's W3C trace context, which is left out where it is none; null for no context.</param>
    /// <returns>The file's name.</returns>
    /// <exception cref="IOException">It could not be written; nothing of it is visible.</exception>
    public async Task<string> WriteAsync(string dimension, Stream ndjson, string? traceParent, CancellationToken cancellationToken)
    {
        if (traceParent is not null && !TraceParent.TryParse(traceParent, out _))
        {
            IngestInstruments.InvalidTraceParent(dimension);
            traceParent = null;
        }

        var now = SequenceText.FromTicks(time.GetUtcNow().UtcTicks);
        var name = string.Create(CultureInfo.InvariantCulture, $"{dimension}_posted_{now}_{Guid.NewGuid():N}.ndjson");
        await place.LandAsync(dimension, name, async stream => await ndjson.CopyToAsync(stream, cancellationToken), traceParent, cancellationToken);
        return name;
    }
}
