using System.Net.Http.Json;
using System.Text.Json;

namespace CustomerTrack.Harness;

/// <summary>A service that is up: its process and its HTTP API.</summary>
public sealed class RunningService : IAsyncDisposable
{
    private static readonly TimeSpan StartPatience = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan StopPatience = TimeSpan.FromSeconds(90);

    private readonly Site _site;

    private RunningService(Site site, CustomerTrackProcess process, Uri url)
    {
        _site = site;
        Process = process;
        Http = new HttpClient { BaseAddress = url };
    }

    public CustomerTrackProcess Process { get; }

    /// <summary>Calls its API by relative addresses.</summary>
    public HttpClient Http { get; }

    /// <summary>Waits until a process has said where it listens.</summary>
    /// <exception cref="InvalidOperationException">It ended instead; says what it wrote.</exception>
    public static async Task<RunningService> UpAsync(Site site, CustomerTrackProcess process, CancellationToken cancellationToken)
    {
        Uri? url = null;
        await Fact.AwaitAsync(
            () => process.HasExited ? throw new InvalidOperationException($"The service ended while it started: {process.Error}") : (url = AddressOf(site, process)) is not null,
            StartPatience,
            cancellationToken,
            () => Task.FromResult(process.Error));
        return new(site, process, url!);
    }

    /// <summary>The answer of <c>/api/status</c>.</summary>
    public async Task<JsonElement> StatusAsync(CancellationToken cancellationToken) =>
        await Http.GetFromJsonAsync<JsonElement>("api/status", cancellationToken);

    /// <summary>Completes when nothing is left in landing and the tables hold everything.</summary>
    public async Task DrainAsync(TimeSpan patience, CancellationToken cancellationToken) => await Fact.AwaitAsync(
        async () => Process.HasExited
            ? throw new InvalidOperationException($"The service ended: {Process.Error}")
            : _site.IsDrained && (await StatusAsync(cancellationToken)) is var status && status.GetProperty("waitingObjects").GetInt32() == 0
                && status.GetProperty("openFiles").GetInt32() == 0,
        patience,
        cancellationToken,
        async () => $"Status: {await StatusAsync(CancellationToken.None)}; in landing: {string.Join(", ", _site.Waiting.Take(5))}; claimed: {string.Join(", ", _site.Claimed.Take(5))}; it wrote: {Process.Error}");

    /// <summary>Ends it in order, as Ctrl-C does; it must end with 0.</summary>
    public async Task<CommandRun> StopAsync(CancellationToken cancellationToken)
    {
        Process.PressControlC();
        return (await Process.WaitForExitAsync(StopPatience, cancellationToken)).Must();
    }

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        await Process.DisposeAsync();
    }

    // The file of a process that was killed may still lie there.
    private static Uri? AddressOf(Site site, CustomerTrackProcess process)
    {
        try
        {
            var address = JsonElement.Parse(File.ReadAllBytes(Path.Combine(site.Data, "process.json")));
            return address.GetProperty("pid").GetInt32() == process.Id ? new Uri(address.GetProperty("url").GetString()!) : null;
        }
        catch (Exception absent) when (absent is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
    }
}
