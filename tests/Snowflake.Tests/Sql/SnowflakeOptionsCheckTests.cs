using CustomerTrack.Lake;
using CustomerTrack.S3;

namespace CustomerTrack.Snowflake.Tests;

public sealed class SnowflakeOptionsCheckTests
{
    private readonly SnowflakeOptions _options = new()
    {
        Enabled = true,
        Account = "acme-prod",
        User = "svc",
        PrivateKeyFile = "key.p8",
        StorageRoleArn = "arn:aws:iam::001234567890:role/x",
    };

    private readonly LakeOptions _lake = new() { Kind = LakeKind.S3 };

    private readonly S3Options _s3 = new() { Bucket = "my-bucket" };

    [Fact]
    public void What_fits_together_is_allowed() => Assert.Empty(Problems());

    [Fact]
    public void What_is_not_enabled_is_not_looked_at() => Assert.Empty(SnowflakeOptionsCheck.ForDelivery(new() { Notification = SnowflakeNotification.AutoIngest }, new(), new()));

    [Fact]
    public void Everything_that_is_missing_is_listed()
    {
        var problems = SnowflakeOptionsCheck.ForDelivery(new() { Enabled = true }, new(), new());

        foreach (var key in (string[])["Lake:Kind is 'Folder'", "S3:Bucket is not set", "Snowflake:StorageRoleArn is not set", "Snowflake:Account is not set", "Snowflake:User is not set", "Snowflake:PrivateKeyFile and CustomerTrack:Snowflake:PrivateKey are both not set"])
        {
            Assert.Single(problems, problem => problem.StartsWith("CustomerTrack:" + key, StringComparison.Ordinal) && problem.Contains("; allowed", StringComparison.Ordinal));
        }

        Assert.Equal(6, problems.Count);
    }

    [Fact]
    public void Two_keys_are_one_too_many_and_neither_is_shown()
    {
        _options.PrivateKey = "-----BEGIN secret";
        _options.PrivateKeyPassphrase = "hidden";

        var problem = Assert.Single(Problems());
        Assert.Contains("both set; allowed with Authentication KeyPair: exactly one", problem, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", problem, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(SnowflakeAuthentication.OAuth)]
    [InlineData(SnowflakeAuthentication.ProgrammaticAccessToken)]
    public void Announcing_files_needs_a_key_pair(SnowflakeAuthentication authentication)
    {
        (_options.Authentication, _options.Token) = (authentication, "hidden");
        Assert.StartsWith($"CustomerTrack:Snowflake:Authentication is '{authentication}'; allowed with Notification Rest: KeyPair", Assert.Single(Problems()), StringComparison.Ordinal);

        _options.Notification = SnowflakeNotification.AutoIngest;
        Assert.Empty(Problems());

        _options.Token = null;
        Assert.Contains("TokenFile and CustomerTrack:Snowflake:Token are both not set", Assert.Single(Problems()), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("http://example.com", false)]
    [InlineData("ftp://example.com", false)]
    [InlineData("http://127.0.0.1:8080", true)]
    [InlineData("https://example.com", true)]
    public void Tokens_go_over_encrypted_connections_only(string endpoint, bool allowed)
    {
        _options.Endpoint = new(endpoint);
        Assert.Equal(allowed, Problems().Count == 0);
    }

    [Fact]
    public void An_object_is_not_delivered_again_before_anybody_looked_for_it()
    {
        (_options.RedeliverAfter, _options.ConfirmInterval) = (TimeSpan.FromSeconds(30), TimeSpan.FromSeconds(30));
        Assert.StartsWith("CustomerTrack:Snowflake:RedeliverAfter is '00:00:30'; allowed: more than ConfirmInterval", Assert.Single(Problems()), StringComparison.Ordinal);
    }

    [Fact]
    public void A_word_of_SQL_is_no_name()
    {
        _options.Database = "Table";
        Assert.StartsWith("CustomerTrack:Snowflake:Database is 'Table'; allowed", Assert.Single(Problems()), StringComparison.Ordinal);
    }

    [Fact]
    public void Views_and_tables_need_schemas_of_their_own()
    {
        _options.InternalSchema = "public";
        Assert.StartsWith("CustomerTrack:Snowflake:InternalSchema is 'public'; allowed", Assert.Single(Problems()), StringComparison.Ordinal);
    }

    [Fact]
    public void A_folder_for_a_driver_means_the_driver()
    {
        _options.DriverFolder = "/opt/driver";
        Assert.StartsWith("CustomerTrack:Snowflake:DriverFolder is '/opt/driver'; allowed with Client AdoNet only", Assert.Single(Problems()), StringComparison.Ordinal);
    }

    private IReadOnlyList<string> Problems() => SnowflakeOptionsCheck.ForDelivery(_options, _lake, _s3);
}
