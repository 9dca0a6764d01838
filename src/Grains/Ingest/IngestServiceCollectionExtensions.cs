using CustomerTrack.Cluster;
using CustomerTrack.Dimensions;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
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
        services.TryAddSingleton(provider => new FileNumbers(
            provider.GetRequiredService<LandingFolders>(),
            provider.GetRequiredService<IDimensionCatalog>().All.Select(dimension => dimension.Name),
            provider.GetRequiredService<TimeProvider>()));
        services.TryAddSingleton<IFileRegistry>(provider => new SoloFileRegistry(
            provider.GetRequiredService<FileNumbers>(), () => provider.GetRequiredService<ILandingZone>().IsRecovered));
        services.AddFolderLandingZone();
        services.TryAddSingleton<ILandingZone>(provider => provider.GetRequiredService<FolderLandingZone>());
        services.TryAddSingleton<ILandingPlace, FolderLandingPlace>();
        services.TryAddSingleton<LandingWriter>();
        services.TryAddSingleton<Quarantine>();
        services.TryAddSingleton<FileReports>();
        services.TryAddSingleton<IFileReportBoard, NoFileReportBoard>();
        services.TryAddSingleton<LandingReader>();
        services.AddHostedService(provider => provider.GetRequiredService<LandingReader>());
        return services;
    }

    /// <summary>
    /// Has landing files shared with the other silos of a cluster: claims are in the silo's name (<see cref="SiloName"/>), and those of silos that
    /// the membership calls dead are taken over. To be called before <c>AddS3Landing</c> and <see cref="AddIngest"/>, with an <see cref="IFileRegistry"/>
    /// that all silos share added as well.
    /// </summary>
    /// <param name="root">The data folder, shared with other silos or not.</param>
    /// <param name="own">A folder of this silo alone.</param>
    public static IServiceCollection AddClusterLanding(this IServiceCollection services, string root, string own)
    {
        services.TryAddSingleton(provider => new LandingFolders(root, SiloName.Of(provider.GetRequiredService<ILocalSiloDetails>().SiloAddress), Path.Combine(own, "spool")));
        services.TryAddSingleton<SiloOwners>();
        services.TryAddSingleton<IClaimOwners>(provider => provider.GetRequiredService<SiloOwners>());
        services.TryAddSingleton<OpenClaims>();
        services.AddHostedService<AbandonedFiles>();
        return services;
    }

    internal static void AddFolderLandingZone(this IServiceCollection services) => services.TryAddSingleton(provider =>
    {
        var folder = provider.GetRequiredService<LandingFolders>();

        // Silos share the owners; alone, folder and bucket each have a way of their own to tell who runs.
        var owners = provider.GetService<IClaimOwners>() ?? new FolderOwners(folder.Owners);
        return new FolderLandingZone(
            folder,
            provider.GetRequiredService<IDimensionCatalog>(),
            owners,
            provider.GetService<OpenClaims>() ?? new OpenClaims(provider.GetRequiredService<IFileRegistry>(), owners),
            provider.GetRequiredService<IOptions<IngestOptions>>(),
            provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<ILogger<FolderLandingZone>>());
    });
}
