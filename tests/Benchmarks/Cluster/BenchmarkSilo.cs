using System.Net;
using CustomerTrack.Detect;
using CustomerTrack.Dimensions;
using CustomerTrack.Hosting;
using CustomerTrack.State;
using CustomerTrack.Storage;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace CustomerTrack.Benchmarks;

/// <summary>A silo with the grains of detect, its own connection to Redis, and TCP to the others.</summary>
internal sealed class BenchmarkSilo(IHost host, RedisStates states) : IAsyncDisposable
{
    public IGrainFactory Grains { get; } = host.Services.GetRequiredService<IGrainFactory>();

    public int ShardCount { get; } = states.Store.ShardCount;

    /// <summary>How many silos it sees active.</summary>
    public int Seen => host.Services.GetRequiredService<IClusterMembershipService>().CurrentSnapshot.Members.Values.Count(member => member.Status == SiloStatus.Active);

    /// <summary>Starts silos that find each other.</summary>
    public static async Task<List<BenchmarkSilo>> StartAsync(int count, RedisOptions redis, DimensionDefinition dimension, CancellationToken cancellationToken)
    {
        var ports = Enumerable.Range(0, count).Select(_ => SiloEndpoints.Free()).ToList();
        var first = new IPEndPoint(IPAddress.Loopback, ports[0].Silo);
        var silos = new List<BenchmarkSilo>();
        foreach (var (silo, gateway) in ports)
        {
            var states = await RedisStates.OpenAsync(redis, "benchmark", null, TimeProvider.System, Microsoft.Extensions.Logging.Abstractions.NullLoggerFactory.Instance, cancellationToken);
            var builder = Host.CreateEmptyApplicationBuilder(new());
            builder.Logging.SetMinimumLevel(LogLevel.Warning);
            builder.Services.AddSingleton<IDimensionCatalog>(new DimensionCatalog([dimension]));
            builder.Services.AddSingleton<ICustomerStateStore>(states.Store);
            builder.Services.AddDetect().LimitDetectCalls();
            builder.UseOrleans(orleans => orleans.UseLocalhostClustering(silo, gateway, count == 1 ? null : first, "benchmark", "benchmark"));
            var host = builder.Build();
            await host.StartAsync(cancellationToken);
            silos.Add(new(host, states));
        }

        while (silos.Exists(silo => silo.Seen != count))
        {
            await Task.Delay(TimeSpan.FromMilliseconds(50), cancellationToken);
        }

        return silos;
    }

    public async ValueTask DisposeAsync()
    {
        await host.StopAsync();
        host.Dispose();
        await states.DisposeAsync();
    }
}
