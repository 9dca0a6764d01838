using CustomerTrack.Dimensions;
using CustomerTrack.S3;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace CustomerTrack.Ingest;

public static class S3LandingServiceCollectionExtensions
{
    /// <summary>Checks, before anything starts, that the bucket can be used for claims.</summary>
    /// <exception cref="S3Exception">It cannot; says why and what helps.</exception>
    public static async Task CheckS3LandingAsync(S3Options options, TimeProvider time, CancellationToken cancellationToken)
    {
        ArgumentException.ThrowIfNullOrEmpty(options.LandingPrefix);
        using var bucket = new S3Bucket(options, time);
        await bucket.CheckAsync(new S3LandingKeys(options.LandingPrefix).ClaimsRoot, cancellationToken);
    }

    /// <summary>Has files in a bucket read besides those in the landing folders. To be called before <c>AddIngest</c>.</summary>
    /// <param name="options">Must have a landing prefix.</param>
    public static IServiceCollection AddS3Landing(this IServiceCollection services, S3Options options)
    {
        ArgumentException.ThrowIfNullOrEmpty(options.LandingPrefix);
        services.TryAddSingleton<FolderLandingZone>();
        services.TryAddSingleton(provider =>
        {
            var time = provider.GetRequiredService<TimeProvider>();
            var bucket = new S3Bucket(options, time);
            var keys = new S3LandingKeys(options.LandingPrefix);
            var folder = provider.GetRequiredService<LandingFolders>();
            var loggers = provider.GetRequiredService<ILoggerFactory>();
            var dimensions = provider.GetRequiredService<IDimensionCatalog>();
            var leases = new S3Leases(bucket, keys, folder, S3Leases.Renewal, S3Leases.Lease, time, loggers.CreateLogger<S3Leases>());
            var numbers = new FileNumbers(folder, dimensions.All.Select(dimension => dimension.Name), time);
            return new S3LandingZone(
                bucket,
                keys,
                leases,
                new S3Claims(bucket, keys, leases, numbers),
                numbers,
                new S3Spool(bucket, folder.Spool),
                dimensions,
                time,
                provider.GetRequiredService<IOptions<IngestOptions>>().Value.SweepInterval,
                loggers.CreateLogger<S3LandingZone>());
        });
        services.TryAddSingleton<ILandingZone, CombinedLandingZone>();
        return services;
    }
}
