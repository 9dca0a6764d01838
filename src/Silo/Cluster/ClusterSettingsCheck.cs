using CustomerTrack.Lake;
using CustomerTrack.S3;
using CustomerTrack.Storage;

namespace CustomerTrack.Cluster;

/// <summary>What settings of a cluster need of each other.</summary>
internal static class ClusterSettingsCheck
{
    /// <summary>The setting that names a provider of Orleans.</summary>
    public const string OrleansProvider = "Orleans:Clustering:ProviderType";

    /// <summary>What is wrong, a sentence each.</summary>
    /// <param name="orleansProvider">What <c>Orleans:Clustering:ProviderType</c> says.</param>
    public static IEnumerable<string> Check(ClusterSettings cluster, RedisOptions redis, LakeOptions lake, S3Options s3, string? orleansProvider)
    {
        if (cluster.Mode == ClusterMode.Solo)
        {
            yield break;
        }

        if (string.IsNullOrWhiteSpace(redis.Connection))
        {
            yield return $"{RedisOptions.SectionName}:{nameof(RedisOptions.Connection)} is not set; a cluster keeps its states in Redis, so it is needed with {Mode}: host:port, and options after commas.";
        }

        if (redis.Password is not null && redis.PasswordFile is not null)
        {
            yield return $"{RedisOptions.SectionName}:{nameof(RedisOptions.Password)} and {nameof(RedisOptions.PasswordFile)} are both set; allowed: one of them.";
        }

        if (cluster.Membership == MembershipProvider.Orleans != !string.IsNullOrEmpty(orleansProvider))
        {
            yield return $"{ClusterSettings.SectionName}:{nameof(ClusterSettings.Membership)} is {cluster.Membership}, and {OrleansProvider} is {orleansProvider ?? "not set"}; "
                + $"allowed: {MembershipProvider.Redis} without it, or {MembershipProvider.Orleans} with the name of a provider, such as AdoNet.";
        }

        if (cluster.DataFolder == DataFolderUse.Own && (lake.Kind != LakeKind.S3 || string.IsNullOrEmpty(s3.LandingPrefix)))
        {
            yield return $"{ClusterSettings.SectionName}:{nameof(ClusterSettings.DataFolder)} is {DataFolderUse.Own}, so files and lake have to be where all silos reach them; "
                + $"needed: {LakeOptions.SectionName}:{nameof(LakeOptions.Kind)}={LakeKind.S3} and {S3Options.SectionName}:{nameof(S3Options.LandingPrefix)}.";
        }

        if (cluster.SiloPort != 0 && cluster.SiloPort == cluster.GatewayPort)
        {
            yield return $"{ClusterSettings.SectionName}:{nameof(ClusterSettings.SiloPort)} and {nameof(ClusterSettings.GatewayPort)} are both {cluster.SiloPort}; allowed: two different ports.";
        }
    }

    private static string Mode => $"{ClusterSettings.SectionName}:{nameof(ClusterSettings.Mode)}={ClusterMode.Cluster}";
}
