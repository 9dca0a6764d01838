using CustomerTrack.Api;
using CustomerTrack.Audit;
using CustomerTrack.Cli;
using CustomerTrack.Cli.Pipeline;
using CustomerTrack.Cli.Running;
using CustomerTrack.Cluster;
using CustomerTrack.Dashboard;
using CustomerTrack.Dashboard.SignIn;
using CustomerTrack.Lake;
using CustomerTrack.Telemetry;

namespace CustomerTrack.Hosting;

/// <summary>The running service of one data folder, or one silo of a cluster: lock, states, lake, stages, HTTP.</summary>
internal sealed class PipelineHost : IAsyncDisposable
{
    // After the reader has drained: for the warehouse to be closed and the silo to leave.
    private static readonly TimeSpan LeaveTime = TimeSpan.FromSeconds(15);

    private readonly Stack<IAsyncDisposable> _opened;
    private readonly WebApplication _app;

    private PipelineHost(Stack<IAsyncDisposable> opened, WebApplication app, Uri? url)
    {
        _opened = opened;
        _app = app;
        Url = url;
    }

    /// <summary>Where the API listens; null when it does not.</summary>
    public Uri? Url { get; }

    public IServiceProvider Services => _app.Services;

    /// <summary>A part that should run until the end has failed.</summary>
    public bool IsBroken => _app.Services.GetServices<IHostedService>().OfType<BackgroundService>().Any(service => service.ExecuteTask is { IsFaulted: true });

    /// <summary>Cancelled when the host is stopped, by a signal or because a part of it broke down.</summary>
    public CancellationToken Stopping => _app.Lifetime.ApplicationStopping;

    /// <summary>Starts the service. Without <paramref name="url"/> nothing listens for HTTP.</summary>
    /// <exception cref="UsageException">The configuration, a definition or the address is refused.</exception>
    /// <exception cref="CommandFailedException">The folder is in use or cannot be written to.</exception>
    public static async Task<PipelineHost> StartAsync(CommonArguments arguments, Uri? url, CancellationToken cancellationToken)
    {
        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { ApplicationName = typeof(PipelineHost).Assembly.GetName().Name, ContentRootPath = AppContext.BaseDirectory });
        builder.Configuration.Sources.Clear();
        PipelineSettings.Add(builder.Configuration, arguments);
        builder.Logging.AddPipelineLogging(builder.Configuration);
        var gate = url is null ? null : ApiGate.Of(PipelineSettings.Get<ApiOptions>(builder.Configuration, ApiOptions.SectionName));
        gate?.MustGuard(url!);

        var cluster = PipelineSettings.Get<ClusterSettings>(builder.Configuration, ClusterSettings.SectionName);
        var dimensions = Definitions.Load(arguments);
        var folder = DataFolder.At(arguments.Data).Create(dimensions.All.Select(d => d.Name));
        var opened = new Stack<IAsyncDisposable>();
        try
        {
            var (identity, held) = cluster.Mode == ClusterMode.Cluster
                ? await SiloEntry.TakeAsync(folder, cluster, SiloEndpoints.Free, TimeProvider.System, cancellationToken)
                : ((SiloIdentity?)null, await ProcessLock.AcquireAsync(folder, TimeProvider.System, cancellationToken));
            opened.Push(new Closing(held));

            // Used by what is opened here until it is closed, which is after the host's own are gone.
            var loggers = LoggerFactory.Create(logging => logging.AddPipelineLogging(builder.Configuration));
            opened.Push(new Closing(loggers));
            var states = await PipelineStates.OpenAsync(folder, builder.Configuration, loggers, cancellationToken);
            opened.Push(states);
            var lake = await Lakes.OpenAsync(folder, states.Owner, LakeAccess.Write, builder.Configuration, loggers, () => states.Store.ShardCount, cancellationToken);
            opened.Push(new Closing(lake as IDisposable));
            await Lakes.CheckLandingAsync(builder.Configuration, cancellationToken);
            if (identity is null)
            {
                var warehouse = await Warehouses.OpenAsync(folder, dimensions, builder.Configuration, cancellationToken);
                opened.Push(warehouse);
                await StatesCheck.MustNotBeOlderAsync(warehouse, lake, states.Store, dimensions, cancellationToken);
                builder.AddWarehouse(warehouse);
            }
            else
            {
                await StatesCheck.MustNotBeOlderAsync(folder, identity.Name, lake, states.Store, dimensions, builder.Configuration, cancellationToken);
            }

            builder.AddPipeline(folder, dimensions, states, lake, identity, isService: url is not null);
            builder.Services.Configure<HostOptions>(options => options.ShutdownTimeout = cluster.DrainTimeout + LeaveTime);
            if (url is not null)
            {
                builder.AddPipelineTelemetry();
                builder.Services.AddAudit(new(folder.Audit, identity?.Name));
                builder.AddApi();
                builder.AddDashboard();
                builder.Services.AddSessionKeys(gate!, folder, states.Shared?.SessionKeys);
                builder.WebHost.UseUrls(url.ToString());
            }
            else
            {
                builder.Services.AddSingleton<Microsoft.AspNetCore.Hosting.Server.IServer, NoServer>();
            }

            var app = builder.Build();
            opened.Push(app);
            if (url is not null)
            {
                SessionKeys.MustWork(app.Services);
                app.MapApi();
                app.MapDashboard();
                app.MapPrometheusScrapingEndpoint("/metrics").RequireRole(ApiRole.Read);
                app.MapPipeline(held.Token, new AuditedPipelineClient(
                    app.Services.GetRequiredService<IPipelineClient>(), app.Services.GetRequiredService<AuditLog>(), dimensions, AuditedPipelineClient.Commands));
            }

            await app.StartAsync(cancellationToken);
            var listening = url is null ? null : new Uri(app.Urls.First());
            if (listening is not null)
            {
                held.Publish(Reachable(listening), TimeProvider.System.GetUtcNow());
            }

            return new(opened, app, listening);
        }
        catch
        {
            await CloseAsync(opened);
            throw;
        }
    }

    /// <summary>Completes when landing is empty, nothing is under way, and the tables hold everything.</summary>
    public Task DrainAsync(CancellationToken cancellationToken) => Drain.WaitAsync(_app.Services, cancellationToken);

    /// <summary>Stops in order: what is under way is finished first.</summary>
    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync();
        await CloseAsync(_opened);
    }

    // What was opened last is closed first.
    private static async Task CloseAsync(Stack<IAsyncDisposable> opened)
    {
        while (opened.TryPop(out var next))
        {
            await next.DisposeAsync();
        }
    }

    // Commands on this machine reach a process that listens on every address at the loopback one.
    private static Uri Reachable(Uri listening) => listening.Host is "0.0.0.0" or "[::]" or "*" or "+" ? new UriBuilder(listening) { Host = "127.0.0.1" }.Uri : listening;

    private sealed class Closing(IDisposable? held) : IAsyncDisposable
    {
        public ValueTask DisposeAsync()
        {
            held?.Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
