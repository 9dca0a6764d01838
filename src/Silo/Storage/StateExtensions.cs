using CustomerTrack.State;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace CustomerTrack.Storage;

public static class StateExtensions
{
    /// <summary>
    /// Adds the embedded state store in <paramref name="folder"/>. The folder is opened, and locked against other
    /// processes, when the store is first asked for.
    /// </summary>
    public static IServiceCollection AddRocksDbState(this IServiceCollection services, string folder)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(folder);
        services.AddOptions<StateOptions>().BindConfiguration(StateOptions.SectionName).ValidateOnStart();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<StateOptions>, StateOptionsValidator>());
        services.TryAddSingleton<ICustomerStateStore>(provider => RocksDbStateStore.Open(
            folder,
            provider.GetRequiredService<IOptions<StateOptions>>().Value,
            provider.GetRequiredService<ILogger<RocksDbStateStore>>()));
        return services;
    }
}
