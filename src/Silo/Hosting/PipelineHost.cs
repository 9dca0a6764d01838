using CustomerTrack.Api;
using CustomerTrack.Cli;
using CustomerTrack.Cli.Pipeline;
using CustomerTrack.Cli.Running;
using CustomerTrack.Lake;
using CustomerTrack.State;
using CustomerTrack.Telemetry;

namespace CustomerTrack.Hosting;

/// <summary>The running service of one data folder: lock, stages, HTTP.</summary>
internal sealed class PipelineHost : IAsyncDisposable
{
    private readonly ProcessLock _lock;
    private readonly ILake _lake;
    private readonly DuckDbWarehouse _warehouse;
    private readonly WebApplication _app;

    private PipelineHost(ProcessLock held, ILake lake, DuckDbWarehouse warehouse, WebApplication app, Uri? url)
    {
        _lock = held;
        _lake = lake;
        _warehouse = warehouse;
        _app = app;
        Url = url;
    }

    /// <summary>Where the API listens; null when it does not.</summary>
    public Uri? Url { get; }

    public IServiceProvider Services => _app.Services;

    /// <summary>Starts the service. Without <paramref name="url"/> nothing listens for HTTP.</summary>
    /// <exception cref="UsageException">The configuration, a definition or the address is refused.</exception>
    /// <exception cref="CommandFailedException">The folder is in use or cannot be written to.</exception>
    public static async Task<PipelineHost> StartAsync(CommonArguments arguments, Uri? url, CancellationToken cancellationToken)
    {
        if (url is { IsLoopback: false })
        {
            throw new UsageException($"The address {url} is not a loopback address, and no authentication is configured: anyone who reaches it could read customers. Listen on http://127.0.0.1:{url.Port}.");
        }

        var dimensions = Definitions.Load(arguments);
        var folder = DataFolder.At(arguments.Data).Create(dimensions.All.Select(d => d.Name));
        var held = await ProcessLock.AcquireAsync(folder, TimeProvider.System, cancellationToken);
        ILake? lake = null;
        DuckDbWarehouse? warehouse = null;
        WebApplication? app = null;
        try
        {
            var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { ContentRootPath = AppContext.BaseDirectory });
            builder.Configuration.Sources.Clear();
            PipelineSettings.Add(builder.Configuration, arguments);
            builder.Logging.AddPipelineLogging(builder.Configuration);
            using (var loggers = LoggerFactory.Create(logging => logging.AddPipelineLogging(builder.Configuration)))
            {
                lake = await Lakes.OpenAsync(folder, LakeAccess.Write, builder.Configuration, loggers, () => app!.Services.GetRequiredService<ICustomerStateStore>().ShardCount, cancellationToken);
            }

            await Lakes.CheckLandingAsync(builder.Configuration, cancellationToken);
            warehouse = await Warehouses.OpenAsync(folder, dimensions, builder.Configuration, cancellationToken);
            builder.AddPipeline(folder, dimensions, lake, warehouse, isService: url is not null);
            builder.Services.Configure<HostOptions>(options => options.ShutdownTimeout = TimeSpan.FromSeconds(45));
            if (url is not null)
            {
                builder.AddPipelineTelemetry();
                builder.AddApi();
                builder.WebHost.UseUrls(url.ToString());
            }
            else
            {
                builder.Services.AddSingleton<Microsoft.AspNetCore.Hosting.Server.IServer, NoServer>();
            }

            app = builder.Build();
            if (url is not null)
            {
                app.MapApi();
                app.MapPrometheusScrapingEndpoint("/metrics");
                app.MapPipeline(held.Token, new LocalPipelineClient(app.Services));
            }

            await StatesCheck.MustNotBeOlderAsync(warehouse, lake, app.Services.GetRequiredService<ICustomerStateStore>(), dimensions, cancellationToken);
            await app.StartAsync(cancellationToken);
            var listening = url is null ? null : new Uri(app.Urls.First());
            if (listening is not null)
            {
                held.Publish(listening, TimeProvider.System.GetUtcNow());
            }

            return new(held, lake, warehouse, app, listening);
        }
        catch
        {
            if (app is not null)
            {
                await app.DisposeAsync();
            }

            if (warehouse is not null)
            {
                await warehouse.DisposeAsync();
            }

            (lake as IDisposable)?.Dispose();
            held.Dispose();
            throw;
        }
    }

    /// <summary>Completes when landing is empty, nothing is under way, and the tables hold everything.</summary>
    public Task DrainAsync(CancellationToken cancellationToken) => Drain.WaitAsync(_app.Services, cancellationToken);

    /// <summary>Stops in order: what is under way is finished first.</summary>
    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync();
        await _app.DisposeAsync();
        await _warehouse.DisposeAsync();
        (_lake as IDisposable)?.Dispose();
        _lock.Dispose();
    }
}
