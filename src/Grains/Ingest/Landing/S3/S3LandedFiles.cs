using System.Runtime.CompilerServices;
using CustomerTrack.Dimensions;
using CustomerTrack.S3;
using Microsoft.Extensions.Logging;

namespace CustomerTrack.Ingest;

/// <summary>What producers put into the bucket. Names that cannot be read are reported once and left alone.</summary>
internal sealed partial class S3LandedFiles(S3Bucket bucket, S3LandingKeys keys, ILogger logger)
{
    // A store copies no larger object in one request.
    private const long LargestFile = 5L * 1024 * 1024 * 1024;

    private readonly HashSet<string> _reported = new(StringComparer.Ordinal);

    /// <summary>The files of a dimension that can be read, each content with its identity.</summary>
    public async IAsyncEnumerable<(S3ObjectInfo Found, (string Dimension, string Name, string ETag) Identity)> ListAsync(
        DimensionDefinition dimension, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var prefix = keys.Landing(dimension.Name);
        await foreach (var found in bucket.ListAsync(prefix, startAfter: null, cancellationToken))
        {
            var name = found.Key[prefix.Length..];
            if (name.Length == 0 || FileFormat.IsUnfinished(name))
            {
                continue;
            }

            if (!S3LandingKeys.IsFileName(name) || FileFormat.Of(name) is null || found.Bytes > LargestFile)
            {
                lock (_reported)
                {
                    if (_reported.Add(found.Key))
                    {
                        LogIgnored(bucket.Location(found.Key), string.Join(", ", FileFormat.Extensions));
                    }
                }

                continue;
            }

            yield return (found, (dimension.Name, name, found.ETag));
        }
    }

    [LoggerMessage(LogLevel.Warning, "The landing object {Object} is left alone: its name ends in none of {Extensions}, cannot be a file's, or it has more than 5 GB.")]
    private partial void LogIgnored(string @object, string extensions);
}
