using System.Globalization;
using CustomerTrack.Lake;
using CustomerTrack.S3.Tests.Lake;
using CustomerTrack.S3Server;
using Microsoft.Extensions.Logging.Abstractions;

namespace CustomerTrack.S3.Tests;

public sealed class S3FailureTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("s3-failures-").FullName;

    private static CancellationToken Cancel => Store.Cancel;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public Task A_wrong_bucket_is_named() => RefusedAsync(
        S3FailureKind.NoBucket, "there is no bucket 'no-such-bucket-here'", "CustomerTrack:S3:Bucket", options => options.Bucket = "no-such-bucket-here");

    [Fact]
    public Task A_wrong_access_key_is_said() => RefusedAsync(
        S3FailureKind.CredentialsRefused, "does not know the access key", "AWS_ACCESS_KEY_ID", options => options.Profile = "wrong-key");

    [Fact]
    public Task A_wrong_secret_key_is_said() => RefusedAsync(
        S3FailureKind.CredentialsRefused, "the secret key is not the one of the access key", "AWS_SECRET_ACCESS_KEY", options => options.Profile = "wrong-secret");

    [Fact]
    public Task A_profile_that_is_not_there_is_named() => RefusedAsync(
        S3FailureKind.NoCredentials, "nobody", "profile", options => options.Profile = "nobody");

    [Fact]
    public Task A_clock_that_is_wrong_is_named_with_the_difference() => RefusedAsync(
        S3FailureKind.Clock,
        "differ by 0.00:4",
        "(this machine is behind)",
        change: null,
        _ => new S3Fault.Answer(403, "RequestTimeTooSkewed", new Dictionary<string, string> { ["Date"] = DateTimeOffset.UtcNow.AddMinutes(45).ToString("R", CultureInfo.InvariantCulture) }));

    [Fact]
    public Task A_store_that_is_overloaded_is_said_with_the_retries() => RefusedAsync(
        S3FailureKind.Throttled, "asks to slow down (SlowDown)", "tried again up to 1 times", change: null, _ => S3Fault.SlowDown);

    [Fact]
    public Task What_is_not_allowed_is_said_with_what_is_needed() => RefusedAsync(
        S3FailureKind.Denied, "access is denied (AccessDenied)", "s3:ListBucketMultipartUploads on the bucket, and s3:GetObject, s3:PutObject, s3:AbortMultipartUpload", change: null, _ => new S3Fault.Answer(403, "AccessDenied"));

    [Fact]
    public Task An_address_where_nobody_answers_is_named() => RefusedAsync(
        S3FailureKind.Unreachable, "127.0.0.1:9 cannot be reached (ConnectionRefused)", "CustomerTrack:S3:Endpoint", options => options.Endpoint = new("http://127.0.0.1:9"));

    [Fact]
    public Task A_store_that_takes_too_long_is_said_with_the_limit() => RefusedAsync(
        S3FailureKind.TimedOut, "did not answer within 1 s", "CustomerTrack:S3:RequestTimeout", options => options.RequestTimeout = TimeSpan.FromSeconds(1), _ => new S3Fault.Delay(TimeSpan.FromSeconds(20)));

    [Fact]
    public Task A_store_that_breaks_connections_is_said() => RefusedAsync(
        S3FailureKind.Unreachable, "", "tried again up to 1 times", change: null, _ => new S3Fault.BreakBefore());

    [Fact]
    public async Task A_store_that_would_replace_objects_is_refused()
    {
        await RefusedAsync(
            S3FailureKind.Other,
            "ignores 'If-None-Match: *'",
            "conditional writes",
            change: null,
            request => request.Method == "PUT" ? new S3Fault.Answer(200, "OK", new Dictionary<string, string> { ["ETag"] = "\"0\"" }) : null);
    }

    private async Task RefusedAsync(S3FailureKind kind, string what, string help, Action<S3Options>? change, Func<S3Request, S3Fault?>? plan = null)
    {
        await using var proxy = await Store.NewProxyAsync();
        await using var bucket = await Store.NewBucketAsync();
        proxy.Plan = plan ?? (_ => null);
        var options = bucket.Options(proxy);
        options.MaxRetries = 1;
        change?.Invoke(options);

        var failure = await Assert.ThrowsAsync<LakeException>(() => S3Lake.OpenAsync(options, _folder, S3Site.Owner, LakeAccess.Write, () => 64, TimeProvider.System, NullLogger<S3Lake>.Instance, Cancel));

        Assert.Equal(kind, Assert.IsType<S3Exception>(failure.InnerException).Kind);
        Assert.StartsWith($"The lake could not use 's3://{options.Bucket}/lake/", failure.Message, StringComparison.Ordinal);
        Assert.Contains(what, failure.Message, StringComparison.Ordinal);
        Assert.Contains(help, failure.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("secret12345", failure.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("customertrack-test-secret", failure.ToString(), StringComparison.Ordinal);
    }
}
