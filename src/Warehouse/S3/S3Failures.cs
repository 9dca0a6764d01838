using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Amazon.Runtime;
using Amazon.S3;

namespace CustomerTrack.S3;

/// <summary>Says in words what the SDK throws. Never with a credential in it: the store's own words are only used where they cannot hold one.</summary>
internal sealed class S3Failures(S3Options options, AmazonS3Config config)
{
    private const string Credentials = "the environment (AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY), the profile, or the role of the container or machine";

    private readonly string _bucket = options.Bucket!;

    public S3Exception Translate(Exception failure, string doing, string location)
    {
        var (kind, explanation) = failure is AmazonServiceException service && service.StatusCode != 0 ? Answered(service) : Unanswered(failure);
        return new(kind, doing, location, explanation, failure);
    }

    /// <summary>Whether it is a failure of the store or the way to it, and not of this program.</summary>
    public static bool IsFailure(Exception failure, CancellationToken cancellationToken) => failure switch
    {
        S3Exception => false,
        OperationCanceledException => !cancellationToken.IsCancellationRequested,
        _ => failure is AmazonServiceException or AmazonClientException or HttpRequestException or IOException or SocketException or TimeoutException,
    };

    private string Where => options.Endpoint is { } endpoint
        ? $"at {endpoint.GetLeftPart(UriPartial.Authority)}"
        : $"in {config.RegionEndpoint?.SystemName ?? options.Region ?? "the region"}";

    private (S3FailureKind Kind, string Explanation) Answered(AmazonServiceException failure)
    {
        // A HEAD is answered without a body, so its code is the status in words.
        return failure.ErrorCode switch
        {
            "NoSuchBucket" => (S3FailureKind.NoBucket, $"there is no bucket '{_bucket}' {Where}. Make it, or correct {Key(nameof(S3Options.Bucket))}."),
            "InvalidBucketName" => (S3FailureKind.NoBucket, $"'{_bucket}' cannot be a bucket's name. Correct {Key(nameof(S3Options.Bucket))}."),
            "PermanentRedirect" or "MovedPermanently" or "TemporaryRedirect" or "AuthorizationHeaderMalformed" or "IllegalLocationConstraintException" =>
                (S3FailureKind.WrongRegion, WrongRegion(failure)),
            "InvalidAccessKeyId" => (S3FailureKind.CredentialsRefused, $"the store does not know the access key. Correct the credentials in {Credentials}."),
            "SignatureDoesNotMatch" => (S3FailureKind.CredentialsRefused, $"the secret key is not the one of the access key. Correct the credentials in {Credentials}."),
            "InvalidToken" or "ExpiredToken" or "ExpiredTokenException" or "TokenRefreshRequired" or "InvalidClientTokenId" =>
                (S3FailureKind.CredentialsRefused, $"the session token is not valid or has ended ({failure.ErrorCode}). Renew the credentials in {Credentials}."),
            "RequestTimeTooSkewed" => (S3FailureKind.Clock, $"this machine's clock and the store's differ by {ClockDifference()}; signatures are refused beyond 15 minutes. Set the clock."),
            "SlowDown" or "Throttling" or "ThrottlingException" or "TooManyRequests" or "TooManyRequestsException" or "RequestLimitExceeded" or "BandwidthLimitExceeded" =>
                (S3FailureKind.Throttled, $"the store asks to slow down ({failure.ErrorCode}); {Retried()}"),
            "NoSuchKey" or "NoSuchUpload" => (S3FailureKind.NoObject, $"it is not there ({failure.ErrorCode})."),
            "PreconditionFailed" => (S3FailureKind.ConditionFailed, "it is there already, or changed meanwhile."),
            "ConditionalRequestConflict" or "OperationAborted" => (S3FailureKind.ConditionFailed, "somebody else writes or deletes it at the same moment."),
            _ => ByStatus(failure),
        };
    }

    private (S3FailureKind Kind, string Explanation) ByStatus(AmazonServiceException failure) => failure.StatusCode switch
    {
        HttpStatusCode.NotFound => (S3FailureKind.NoObject, "it is not there."),
        HttpStatusCode.PreconditionFailed => (S3FailureKind.ConditionFailed, "it is there already, or changed meanwhile."),
        HttpStatusCode.Conflict => (S3FailureKind.ConditionFailed, $"the store sees a conflict ({failure.ErrorCode})."),
        HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden =>
            (S3FailureKind.Denied, $"access is denied ({failure.ErrorCode}). {(options.RoleArn is { } role ? $"The role '{role}'" : "The identity")} needs s3:ListBucket and s3:ListBucketMultipartUploads on the bucket, and s3:GetObject, s3:PutObject, s3:AbortMultipartUpload and, where files land, s3:DeleteObject below the prefix{(options.Encryption == S3Encryption.Kms ? ", and kms:GenerateDataKey and kms:Decrypt on the key" : "")}."),
        HttpStatusCode.TooManyRequests => (S3FailureKind.Throttled, $"the store asks to slow down; {Retried()}"),
        HttpStatusCode.Moved or HttpStatusCode.TemporaryRedirect => (S3FailureKind.WrongRegion, WrongRegion(failure)),
        >= HttpStatusCode.InternalServerError => (S3FailureKind.StoreFailed, $"the store failed with {(int)failure.StatusCode} {failure.ErrorCode}; {Retried()}"),
        HttpStatusCode.BadRequest when failure.ErrorCode is "XAmzContentSHA256Mismatch" or "InvalidChunkSizeError" or "NotImplemented" =>
            (S3FailureKind.Other, $"the store does not understand the request's checksums ({failure.ErrorCode}). Set {Key(nameof(S3Options.ChecksumMode))} to {S3ChecksumMode.WhenRequired}."),
        _ => (S3FailureKind.Other, $"{(int)failure.StatusCode} {failure.ErrorCode}: {failure.Message}"),
    };

    private (S3FailureKind Kind, string Explanation) Unanswered(Exception failure)
    {
        for (var cause = failure; cause is not null; cause = cause.InnerException)
        {
            switch (cause)
            {
                case HttpRequestException { HttpRequestError: HttpRequestError.NameResolutionError }:
                    return (S3FailureKind.Unreachable, $"the name of the store {Where} is not known. Correct {Key(nameof(S3Options.Endpoint))} or {Key(nameof(S3Options.Region))}, and look at the network.");
                case HttpRequestException { HttpRequestError: HttpRequestError.SecureConnectionError }:
                    return (S3FailureKind.Unreachable, $"no secure connection to the store {Where}: {cause.InnerException?.Message ?? cause.Message}");
                case TimeoutException or OperationCanceledException:
                    return (S3FailureKind.TimedOut, string.Create(CultureInfo.InvariantCulture, $"the store {Where} did not answer within {options.RequestTimeout.TotalSeconds:0.###} s ({Key(nameof(S3Options.RequestTimeout))}); {Retried()}"));
                case SocketException socket:
                    return (S3FailureKind.Unreachable, $"the store {Where} cannot be reached ({socket.SocketErrorCode}). Look at {Key(nameof(S3Options.Endpoint))} and the network; {Retried()}");
            }
        }

        return failure switch
        {
            HttpRequestException or IOException => (S3FailureKind.Unreachable, $"the connection to the store {Where} broke: {failure.Message} {Retried()}"),
            _ when failure.Message.Contains("credentials", StringComparison.OrdinalIgnoreCase) =>
                (S3FailureKind.NoCredentials, $"no credentials were found. Give them in {Credentials}{(options.Profile is { } profile ? $"; the profile asked for is '{profile}'" : "")}."),
            AmazonServiceException or AmazonClientException when failure.Message.Contains("profile", StringComparison.OrdinalIgnoreCase) && options.Profile is { } profile =>
                (S3FailureKind.NoCredentials, $"the profile '{profile}' ({Key(nameof(S3Options.Profile))}) cannot be used: {failure.Message}"),
            _ when failure.InnerException is { } inner => (S3FailureKind.Other, $"{failure.Message} {inner.Message}"),
            _ => (S3FailureKind.Other, failure.Message),
        };
    }

    private string WrongRegion(AmazonServiceException failure) =>
        $"the bucket '{_bucket}' was asked for {Where} and is in another region ({failure.ErrorCode}: {failure.Message}). Correct {Key(nameof(S3Options.Region))}{(options.Endpoint is null ? "" : $" or {Key(nameof(S3Options.Endpoint))}")}.";

    private string ClockDifference()
    {
        var difference = (config.HttpClientFactory as S3HttpClients)?.ClockDifference ?? TimeSpan.Zero;
        return difference == TimeSpan.Zero
            ? "more than 15 minutes"
            : string.Create(CultureInfo.InvariantCulture, $"{difference.Duration():d\\.hh\\:mm\\:ss} (this machine is {(difference > TimeSpan.Zero ? "behind" : "ahead")})");
    }

    private string Retried() => options.MaxRetries == 0
        ? $"it was not tried again ({Key(nameof(S3Options.MaxRetries))} is 0)."
        : $"it was tried again up to {options.MaxRetries} times.";

    private static string Key(string option) => $"{S3Options.SectionName}:{option}";
}
