using Microsoft.Extensions.DependencyInjection.Extensions;

namespace CustomerTrack.Live;

/// <summary>The live feed.</summary>
internal static class LiveExtensions
{
    /// <summary>Adds the feed of changes. Needs a silo, with the stream of deltas where it is alone.</summary>
    public static IServiceCollection AddLive(this IServiceCollection services)
    {
        services.AddOptions<LiveOptions>().BindConfiguration(LiveOptions.SectionName).ValidateOnStart();
        services.TryAddSingleton<IDeltaSource, StreamDeltaSource>();
        services.AddSingleton<ChangeFeed>();
        services.AddHostedService(provider => provider.GetRequiredService<ChangeFeed>());
        return services;
    }
}
