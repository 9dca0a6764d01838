using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace CustomerTrack.Emit;

public static class EmitServiceCollectionExtensions
{
    /// <summary>Adds the emit stage. Needs an <c>ILake</c>, an <c>ILoadQueue</c> and a state store.</summary>
    public static IServiceCollection AddEmit(this IServiceCollection services)
    {
        services.AddOptions<EmitOptions>().BindConfiguration(EmitOptions.SectionName).ValidateOnStart();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<EmitOptions>, EmitOptionsValidator>());
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton<FileNames>();
        services.TryAddSingleton<IDeltaFeed, StreamDeltaFeed>();
        services.TryAddSingleton<DeltaEmitter>();
        return services;
    }
}
