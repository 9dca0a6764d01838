using CustomerTrack.Lake;
using CustomerTrack.S3;
using CustomerTrack.Storage;

namespace CustomerTrack.Cluster;

/// <summary>Settings of a cluster that cannot work together are refused by their names.</summary>
public sealed class ClusterSettingsCheckTests
{
    private readonly ClusterSettings _cluster = new() { Mode = ClusterMode.Cluster };
    private readonly RedisOptions _redis = new() { Connection = "127.0.0.1:6379" };
    private readonly LakeOptions _lake = new();
    private readonly S3Options _s3 = new();

    [Fact]
    public void A_process_alone_needs_nothing()
    {
        _cluster.Mode = ClusterMode.Solo;
        _redis.Connection = null;

        Assert.Empty(Check());
    }

    [Fact]
    public void A_cluster_on_a_shared_folder_needs_a_redis()
    {
        Assert.Empty(Check());
        _redis.Connection = " ";
        Assert.Contains("CustomerTrack:Redis:Connection", Assert.Single(Check()), StringComparison.Ordinal);
    }

    [Fact]
    public void Folders_of_their_own_need_lake_and_landing_in_a_bucket()
    {
        _cluster.DataFolder = DataFolderUse.Own;
        Assert.Contains("CustomerTrack:Lake:Kind=S3", Assert.Single(Check()), StringComparison.Ordinal);
        _lake.Kind = LakeKind.S3;
        Assert.Contains("CustomerTrack:S3:LandingPrefix", Assert.Single(Check()), StringComparison.Ordinal);
        _s3.LandingPrefix = "landing/";
        Assert.Empty(Check());
    }

    [Fact]
    public void One_password_is_enough()
    {
        _redis.Password = "secret-of-a-test";
        _redis.PasswordFile = "/run/secrets/redis";

        var problem = Assert.Single(Check());

        Assert.Contains("PasswordFile", problem, StringComparison.Ordinal);
        Assert.DoesNotContain("secret-of-a-test", problem, StringComparison.Ordinal);
    }

    [Fact]
    public void Another_provider_of_membership_has_to_be_named_and_meant()
    {
        _cluster.Membership = MembershipProvider.Orleans;
        Assert.Contains("Orleans:Clustering:ProviderType is not set", Assert.Single(Check()), StringComparison.Ordinal);
        Assert.Empty(Check("AdoNet"));
        _cluster.Membership = MembershipProvider.Redis;
        Assert.Contains("AdoNet", Assert.Single(Check("AdoNet")), StringComparison.Ordinal);
    }

    [Fact]
    public void The_ports_differ()
    {
        _cluster.SiloPort = _cluster.GatewayPort = 11111;

        Assert.Contains("SiloPort", Assert.Single(Check()), StringComparison.Ordinal);
    }

    private List<string> Check(string? orleansProvider = null) => [.. ClusterSettingsCheck.Check(_cluster, _redis, _lake, _s3, orleansProvider)];
}
