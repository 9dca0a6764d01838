using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;

namespace CustomerTrack.SnowflakeEmulator;

/// <summary>The emulated account on a port; in a process of its own or inside of a test.</summary>
public sealed class EmulatorHost : IAsyncDisposable
{
    private readonly WebApplication _app;

    private EmulatorHost(WebApplication app, EmulatedAccount account, Uri address)
    {
        _app = app;
        Account = account;
        Address = address;
    }

    /// <summary>Where it listens.</summary>
    public Uri Address { get; }

    /// <summary>The seed of the faults.</summary>
    public int Seed => Account.Faults.Seed;

    internal EmulatedAccount Account { get; }

    public static async Task<EmulatorHost> StartAsync(EmulatorOptions options, CancellationToken cancellationToken = default)
    {
        var account = new EmulatedAccount(options, TimeProvider.System);
        try
        {
            var builder = WebApplication.CreateSlimBuilder();
            builder.Logging.ClearProviders();
            builder.WebHost.UseUrls($"{(options.CertificateFile is null ? "http" : "https")}://{options.Host}:{options.Port}");
            builder.WebHost.ConfigureKestrel(kestrel => kestrel.Limits.MaxRequestBodySize = 64 << 20);
            if (options.CertificateFile is { } certificate)
            {
                builder.WebHost.UseKestrelHttpsConfiguration();
                builder.WebHost.ConfigureKestrel(kestrel => kestrel.ConfigureHttpsDefaults(https => https.ServerCertificate = X509Certificate2.CreateFromPemFile(certificate, options.CertificateKeyFile)));
            }
            var app = builder.Build();
            Map(app, account);
            await app.StartAsync(cancellationToken).ConfigureAwait(false);
            var address = app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First();
            return new EmulatorHost(app, account, new Uri(address));
        }
        catch
        {
            await account.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>Ends when the process is asked to stop.</summary>
    public Task WaitForShutdownAsync(CancellationToken cancellationToken = default) => _app.WaitForShutdownAsync(cancellationToken);

    public async ValueTask DisposeAsync()
    {
        using (var patience = new CancellationTokenSource(TimeSpan.FromSeconds(5)))
            await _app.StopAsync(patience.Token).ConfigureAwait(false);
        await _app.DisposeAsync().ConfigureAwait(false);
        await Account.DisposeAsync().ConfigureAwait(false);
    }

    private static void Map(WebApplication app, EmulatedAccount account)
    {
        var requests = new Requests(account);
        var tokens = new TokenVerifier(account);
        var runs = new StatementRuns(account);
        var sql = new SqlApi(account, tokens, runs);
        var pipes = new SnowpipeApi(account, tokens);
        var driver = new DriverApi(account, tokens, runs);
        var admin = new AdminApi(account);
        app.MapPost("/api/v2/statements", requests.Faulty(sql.SubmitAsync, canBeAccepted: true));
        app.MapGet("/api/v2/statements/{handle}", requests.Faulty(sql.StatusAsync, canBeAccepted: true));
        app.MapPost("/api/v2/statements/{handle}/cancel", requests.Faulty(sql.CancelAsync));
        app.MapPost("/v1/data/pipes/{pipe}/insertFiles", requests.Faulty(pipes.InsertFilesAsync));
        app.MapGet("/v1/data/pipes/{pipe}/insertReport", requests.Faulty(pipes.InsertReportAsync));
        app.MapGet("/v1/data/pipes/{pipe}/loadHistoryScan", requests.Faulty(pipes.LoadHistoryScanAsync));
        app.MapPost("/session/v1/login-request", requests.Plain(driver.LoginAsync));
        app.MapPost("/queries/v1/query-request", requests.Plain(driver.QueryAsync));
        app.MapGet("/queries/{id}/result", requests.Plain(driver.ResultAsync));
        app.MapGet("/monitoring/queries/{id}", requests.Plain(driver.MonitorAsync));
        app.MapPost("/session/token-request", requests.Plain(driver.RenewAsync));
        app.MapPost("/session/heartbeat", requests.Plain(DriverApi.Nothing));
        app.MapPost("/session", requests.Plain(driver.CloseAsync));
        app.MapPost("/queries/v1/abort-request", requests.Plain(DriverApi.Nothing));
        app.MapPost("/telemetry/send", requests.Plain(DriverApi.Nothing));
        app.MapPost("/__emulator/faults", Requests.Admin(admin.FaultsAsync));
        app.MapPost("/__emulator/clock", Requests.Admin(admin.ClockAsync));
        app.MapPost("/__emulator/refresh", Requests.Admin(admin.RefreshAsync));
        app.MapGet("/__emulator/state", Requests.Admin(admin.StateAsync));
    }
}
