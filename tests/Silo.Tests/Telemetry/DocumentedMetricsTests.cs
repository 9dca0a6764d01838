using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;
using CustomerTrack.Hosting;
using CustomerTrack.Ingest;
using CustomerTrack.Load;

namespace CustomerTrack.Telemetry;

/// <summary>docs/telemetry.md has every instrument there is, with its kind, unit and meaning, and no other.</summary>
public sealed partial class DocumentedMetricsTests
{
    private static readonly Assembly[] Stages = [typeof(IngestInstruments).Assembly, typeof(LoadInstruments).Assembly, typeof(PipelineHost).Assembly];

    [Fact]
    public void Every_instrument_is_documented_as_it_is_and_no_other()
    {
        var published = Published();

        Assert.Contains(published, row => row.StartsWith("`customertrack.stage.latency` | Histogram | `s` | Time ", StringComparison.Ordinal));
        Assert.Equal(published.Order(StringComparer.Ordinal), Documented().Order(StringComparer.Ordinal));
    }

    // From the instruments themselves: those of every class that holds some are made now, if they are not there yet.
    private static List<string> Published()
    {
        var found = new ConcurrentBag<string>();
        using var listener = new MeterListener();
        listener.InstrumentPublished = (instrument, _) =>
        {
            if (instrument.Name.StartsWith("customertrack.", StringComparison.Ordinal))
            {
                found.Add($"`{instrument.Name}` | {Kind(instrument)} | `{instrument.Unit}` | {instrument.Description}");
            }
        };
        listener.Start();
        foreach (var holder in Stages.SelectMany(stage => stage.GetTypes()).Where(type => type.Name.EndsWith("Instruments", StringComparison.Ordinal)))
        {
            RuntimeHelpers.RunClassConstructor(holder.TypeHandle);
        }

        return [.. found.Distinct()];
    }

    private static string Kind(Instrument instrument) => instrument.GetType().Name.Split('`')[0].Replace("Observable", "", StringComparison.Ordinal);

    private static List<string> Documented()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "CustomerTrack.slnx")))
        {
            folder = folder.Parent ?? throw new FileNotFoundException("CustomerTrack.slnx is in no folder above the tests.");
        }

        return [.. File.ReadLines(Path.Combine(folder.FullName, "docs", "telemetry.md")).Select(line => Row().Match(line)).Where(row => row.Success)
            .Select(row => $"{row.Groups[1].Value} | {row.Groups[2].Value} | {row.Groups[3].Value} | {row.Groups[4].Value}")];
    }

    [GeneratedRegex(@"^\| (`customertrack\.[a-z_.]+`) \| (\w+) \| (`[^`]+`) \| [^|]*\| (.+) \|$")]
    private static partial Regex Row();
}
