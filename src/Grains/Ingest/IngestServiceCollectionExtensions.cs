using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace CustomerTrack.Ingest;

public static class IngestServiceCollectionExtensions
{
    /// <summary>
    /// Adds the ingest stage on the landing folders below <paramref name="root"/>. To be called after the silo is added: hosted
    /// services stop in reverse, and the reader has to stop before the grains it calls.
    /// </summary>
    public static IServiceCollection AddIngest(this IServiceCollection services, string root)
    {
        services.AddOptions<IngestOptions>().BindConfiguration(IngestOptions.SectionName).ValidateOnStart();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<IngestOptions>, IngestOptionsValidator>());
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton(new LandingFolders(root));
        services.TryAddSingleton<ILandingZone, FolderLandingZone>();
        services.TryAddSingleton<LandingWriter>();
        services.TryAddSingleton<Quarantine>();
        services.TryAddSingleton<FileReports>();
        services.TryAddSingleton<IFileReportBoard, NoFileReportBoard>();
        services.TryAddSingleton<LandingReader>();
        services.AddHostedService(provider => provider.GetRequiredService<LandingReader>());
        return services;
    }
}
