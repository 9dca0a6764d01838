using System.Diagnostics;

namespace CustomerTrack.Ingest;

/// <summary>Where the spans of landing files and their batches come from.</summary>
internal static class IngestTraces
{
    public static readonly ActivitySource Source = new(IngestInstruments.MeterName);
}
