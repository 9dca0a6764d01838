using CustomerTrack.Hosting;
using CustomerTrack.Live;
using CustomerTrack.OpenId;

namespace CustomerTrack.Dashboard;

/// <summary>A service where people sign in through a provider, with people of each role.</summary>
internal sealed class ProviderSite : IAsyncDisposable
{
    public const string Key = "operator-0123456789abcdef01";

    private readonly TempFolder _folder = new();
    private readonly Dictionary<string, string?> _settings;

    private ProviderSite(OpenIdProvider provider, Dictionary<string, string?> settings)
    {
        Provider = provider;
        _settings = settings;
    }

    public OpenIdProvider Provider { get; }

    public PipelineHost Host { get; private set; } = null!;

    public string Data => _folder.Of("data");

    public static async Task<ProviderSite> StartAsync(Dictionary<string, string?>? more = null)
    {
        var provider = await OpenIdProvider.StartAsync(TestContext.Current.CancellationToken);
        provider.People["reader"] = new("s-reader", "Rea Der", new[] { "customertrack.read", "gardener" });
        provider.People["person"] = new("s-person", "Per Son", "gardener customertrack.read-pii");
        provider.People["operator"] = new("s-operator", "Opera Tor", new[] { "customertrack.operate" });
        provider.People["stranger"] = new("s-stranger", "Stran Ger", new[] { "gardener" });
        var site = new ProviderSite(provider, new()
        {
            ["CustomerTrack:Api:Oidc:Authority"] = provider.Url,
            ["CustomerTrack:Api:Oidc:ClientId"] = OpenIdProvider.ClientId,
            ["CustomerTrack:Api:Oidc:ClientSecret"] = OpenIdProvider.ClientSecret,
        });
        foreach (var (name, value) in more ?? [])
        {
            site._settings[name] = value;
        }

        try
        {
            await site.RunAsync();
            return site;
        }
        catch
        {
            await site.DisposeAsync();
            throw;
        }
    }

    /// <summary>Stops the service and starts it again on its folder.</summary>
    public async Task RestartAsync()
    {
        await Host.DisposeAsync();
        await RunAsync();
    }

    public PlayedBrowser Browser() => new(Host.Url!);

    public async ValueTask DisposeAsync()
    {
        if (Host is not null)
        {
            await Host.DisposeAsync();
        }

        await Provider.DisposeAsync();
        _folder.Dispose();
    }

    private async Task RunAsync() => Host = await PipelineHost.StartAsync(LiveSite.Arguments(_folder, _settings), new("http://127.0.0.1:0"), TestContext.Current.CancellationToken);
}
