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
        services.AddBucket(options);
        services.AddFolderLandingZone();
        services.TryAddSingleton<ILandingZone, CombinedLandingZone>();
        return services;
    }

    /// <summary>
    /// Has files read from a bucket only, and lands there what is posted or replayed: for silos without a common data folder. To be called after
    /// <c>AddClusterLanding</c> and before <c>AddIngest</c>.
    /// </summary>
    /// <param name="options">Must have a landing prefix.</param>
    public static IServiceCollection AddS3LandingOnly(this IServiceCollection services, S3Options options)
    {
        services.AddBucket(options);
        services.TryAddSingleton<ILandingZone>(provider => provider.GetRequiredService<S3LandingZone>());
        services.TryAddSingleton<ILandingPlace>(provider => new S3LandingPlace(
            new S3Bucket(options, provider.GetRequiredService<TimeProvider>()), new S3LandingKeys(options.LandingPrefix!), provider.GetRequiredService<LandingFolders>().Spool));
        return services;
    }

    private static void AddBucket(this IServiceCollection services, S3Options options)
    {
        ArgumentException.ThrowIfNullOrEmpty(options.LandingPrefix);
        services.TryAddSingleton(provider =>
        {
            var time = provider.GetRequiredService<TimeProvider>();
            var bucket = new S3Bucket(options, time);
            var keys = new S3LandingKeys(options.LandingPrefix);
            var folder = provider.GetRequiredService<LandingFolders>();
            var loggers = provider.GetRequiredService<ILoggerFactory>();
            var owners = provider.GetService<IClaimOwners>()
                ?? new S3Leases(bucket, keys, folder, S3Leases.Renewal, S3Leases.Lease, time, loggers.CreateLogger<S3Leases>());
            return new S3LandingZone(
                bucket,
                keys,
                owners,
                provider.GetService<OpenClaims>() ?? new OpenClaims(provider.GetRequiredService<IFileRegistry>(), owners),
                new S3Spool(bucket, folder.Spool),
                provider.GetRequiredService<IDimensionCatalog>(),
                time,
                provider.GetRequiredService<IOptions<IngestOptions>>().Value.SweepInterval,
                loggers.CreateLogger<S3LandingZone>());
        });
    }
}
