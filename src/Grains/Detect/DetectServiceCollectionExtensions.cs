using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace CustomerTrack.Detect;

public static class DetectServiceCollectionExtensions
{
    /// <summary>Adds the detect stage's grains' needs. Needs an <c>IDimensionCatalog</c> and a state store.</summary>
    public static IServiceCollection AddDetect(this IServiceCollection services)
    {
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton<ShardActivations>();
        return services;
    }
}
