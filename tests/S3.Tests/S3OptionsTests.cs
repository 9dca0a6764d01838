namespace CustomerTrack.S3.Tests;

public sealed class S3OptionsTests
{
    [Fact]
    public void What_fits_is_taken()
    {
        Assert.Empty(S3OptionsRules.Check(new(), neededBy: null));
        Assert.Empty(S3OptionsRules.Check(
            new() { Bucket = "my-bucket", Prefix = "", Endpoint = new("https://s3.example.com:9000"), Region = "eu-central-1", Encryption = S3Encryption.Kms, KmsKeyId = "alias/lake" }, "the lake is there"));
    }

    [Fact]
    public void What_does_not_fit_is_refused_with_key_value_and_what_is_allowed()
    {
        Refused(new(), "CustomerTrack:S3:Bucket is not set; allowed: the name of a bucket, because the lake is there.");
        Refused(new() { Bucket = "My_Bucket" }, "CustomerTrack:S3:Bucket is 'My_Bucket'; allowed: 3 to 63 lower-case letters");
        Refused(new() { Bucket = "bucket", KmsKeyId = "key" }, "CustomerTrack:S3:KmsKeyId is 'key'; allowed: not set, unless CustomerTrack:S3:Encryption is Kms (it is Bucket).");
        Refused(new() { Bucket = "bucket", Endpoint = new("https://user@s3.example.com/path") }, "CustomerTrack:S3:Endpoint is ");
        Refused(new() { Bucket = "bucket", Region = "Frankfurt" }, "CustomerTrack:S3:Region is 'Frankfurt'; allowed: a region's name such as eu-central-1.");
        Refused(new() { Bucket = "bucket", LandingPrefix = "lake/landing/" }, "CustomerTrack:S3:LandingPrefix is 'lake/landing/'; allowed: a prefix that neither holds");
        Refused(new() { Bucket = "bucket", MaxRetries = 21 }, "MaxRetries");
    }

    private static void Refused(S3Options options, string message) =>
        Assert.Contains(S3OptionsRules.Check(options, "the lake is there"), problem => problem.Contains(message, StringComparison.Ordinal));
}
