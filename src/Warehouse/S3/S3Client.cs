using Amazon;
using Amazon.Runtime;
using Amazon.Runtime.Credentials;
using Amazon.S3;

namespace CustomerTrack.S3;

/// <summary>Makes the SDK's client as the options say.</summary>
internal static class S3Client
{
    private const string FallbackRegion = "us-east-1";

    /// <summary>
    /// A client. Credentials are looked for at the first request. Requests are repeated by the SDK's own standard mode: it knows which
    /// refusals pass, waits longer each time with jitter, stops when everything fails (a budget over all requests), and signs every attempt
    /// anew, which a handler below it could not.
    /// </summary>
    /// <exception cref="S3Exception">No region is known.</exception>
    public static AmazonS3Client Create(S3Options options, TimeProvider time)
    {
        var config = new AmazonS3Config
        {
            ForcePathStyle = options.PathStyle,
            RequestChecksumCalculation = options.ChecksumMode == S3ChecksumMode.WhenSupported ? RequestChecksumCalculation.WHEN_SUPPORTED : RequestChecksumCalculation.WHEN_REQUIRED,
            ResponseChecksumValidation = options.ChecksumMode == S3ChecksumMode.WhenSupported ? ResponseChecksumValidation.WHEN_SUPPORTED : ResponseChecksumValidation.WHEN_REQUIRED,
            RetryMode = RequestRetryMode.Standard,
            MaxErrorRetry = options.MaxRetries,
            HttpClientFactory = new S3HttpClients(options.RequestTimeout, time),

            // Each attempt has a limit of its own, from the handler; this one would count them together.
            Timeout = Timeout.InfiniteTimeSpan,
        };
        if (options.Profile is { } profile)
        {
            config.Profile = new Profile(profile);
        }

        if (options.Endpoint is { } endpoint)
        {
            config.ServiceURL = endpoint.ToString();
            config.AuthenticationRegion = options.Region ?? FallbackRegion;
        }
        else if (options.Region is { } region)
        {
            config.RegionEndpoint = RegionEndpoint.GetBySystemName(region);
        }

        try
        {
            return options.RoleArn is { } role
                ? new(new AssumeRoleAWSCredentials(DefaultAWSCredentialsIdentityResolver.GetCredentials(config), role, "customertrack"), config)
                : new(config);
        }
        catch (AmazonClientException failure)
        {
            throw new S3Failures(options, config).Translate(failure, "open", $"s3://{options.Bucket}");
        }
    }
}
