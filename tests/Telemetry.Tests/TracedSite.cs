using System.Globalization;
using System.Text;
using CustomerTrack.Harness;

namespace CustomerTrack.Telemetry;

/// <summary>A real process that exports everything to a receiver in the test.</summary>
internal sealed class TracedSite : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    private readonly TestFolder _folder = new();

    private TracedSite(OtlpReceiver receiver)
    {
        Receiver = receiver;
        Site = new(_folder.In("data"), Definitions.Write(_folder.Path, pii: ["first_name", "last_name", "email", "street"]));
        foreach (var (name, value) in receiver.Environment)
        {
            Site.Environment[name] = value;
        }

        Site.Environment["CUSTOMERTRACK_Telemetry__TraceRatio"] = "1";
        Site.Environment["CUSTOMERTRACK_State__Shards"] = "4";
        Site.Environment["CUSTOMERTRACK_Warehouse__MergeAfterAge"] = "00:00:00.200";
    }

    public OtlpReceiver Receiver { get; }

    public Site Site { get; }

    public static async Task<TracedSite> CreateAsync(CancellationToken cancellationToken) => new(await OtlpReceiver.StartAsync(cancellationToken));

    /// <summary>A file about customers 1 to <paramref name="customers"/>, each of whom it says something new.</summary>
    public static byte[] File(int customers, int version, string mark = "")
    {
        var text = new StringBuilder("customer_id,updated_at,op,first_name,last_name,email,street,city,state,country\n");
        for (var i = 1; i <= customers; i++)
        {
            text.Append(CultureInfo.InvariantCulture, $"{mark}{i},2025-01-{version:D2}T00:00:00Z,u,{mark}Ada{version},{mark}Byron,{mark}{i}@example.com,{mark}Road {version},{mark}Town,{mark}S,{mark}C\n");
        }

        return Encoding.UTF8.GetBytes(text.ToString());
    }

    /// <summary>The spans of a file's trace, once the last of them, its merge, has come in.</summary>
    public async Task<IReadOnlyList<ReceivedSpan>> TraceOfAsync(string file, CancellationToken cancellationToken)
    {
        await Fact.AwaitAsync(
            () => Trace(file) is { Count: > 0 } trace && trace.Any(span => span.Name == "merge") && trace.Any(span => span.Name == "process customer"),
            Patience,
            cancellationToken,
            () => Task.FromResult($"Came in: {string.Join("; ", Receiver.Spans)}"));
        return Trace(file);
    }

    public async ValueTask DisposeAsync()
    {
        await Receiver.DisposeAsync();
        _folder.Dispose();
    }

    private List<ReceivedSpan> Trace(string file)
    {
        var spans = Receiver.Spans;
        return spans.FirstOrDefault(span => span.Attributes.GetValueOrDefault("file.name") == file) is { } first ? [.. spans.Where(span => span.Trace == first.Trace)] : [];
    }
}
