using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using CustomerTrack.S3;

namespace CustomerTrack.Snowflake;

/// <summary>What a person still has to do in AWS, ready to paste.</summary>
public static class AwsSetup
{
    // Policies are read by people: quotes and arrows stay as they are.
    private static readonly JsonSerializerOptions Json = new() { WriteIndented = true, NewLine = "\n", Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Instructions for the role's trust and rights, and for the bucket's events where pipes listen to them.</summary>
    /// <exception cref="ArgumentException">There is no bucket or no role in the settings.</exception>
    public static string Describe(SnowflakeApplied applied, SnowflakeOptions options, S3Options s3)
    {
        var roleArn = options.StorageRoleArn ?? throw new ArgumentException("The settings name no AWS role.", nameof(options));
        var bucket = s3.Bucket ?? throw new ArgumentException("The settings name no bucket.", nameof(s3));
        var user = applied.Integration.GetValueOrDefault("STORAGE_AWS_IAM_USER_ARN", "");
        var external = applied.Integration.GetValueOrDefault("STORAGE_AWS_EXTERNAL_ID", "");
        var text = new StringBuilder();
        text.Append("In AWS, once (nothing to do where it is done already):\n\n");
        text.Append($"1. The role {roleArn} must trust Snowflake (STORAGE_AWS_IAM_USER_ARN and STORAGE_AWS_EXTERNAL_ID of the integration {options.StorageIntegration}). Its trust policy:\n\n");
        text.Append(Trust(user, external).ToJsonString(Json)).Append("\n\n");
        text.Append("2. The role must be allowed to read the lake. Its policy:\n\n");
        text.Append(Rights(roleArn.Split(':')[1], bucket, s3.Prefix).ToJsonString(Json)).Append('\n');
        if (applied.NotificationChannels.Count > 0)
        {
            text.Append($"\n3. The bucket {bucket} must tell Snowflake of new objects. Its notification configuration, beside what it has already:\n\n");
            text.Append(Events(applied.NotificationChannels, s3.Prefix).ToJsonString(Json)).Append('\n');
        }

        return text.ToString();
    }

    private static JsonObject Trust(string user, string external) => new()
    {
        ["Version"] = "2012-10-17",
        ["Statement"] = new JsonArray(new JsonObject
        {
            ["Effect"] = "Allow",
            ["Principal"] = new JsonObject { ["AWS"] = user },
            ["Action"] = "sts:AssumeRole",
            ["Condition"] = new JsonObject { ["StringEquals"] = new JsonObject { ["sts:ExternalId"] = external } },
        }),
    };

    private static JsonObject Rights(string partition, string bucket, string prefix) => new()
    {
        ["Version"] = "2012-10-17",
        ["Statement"] = new JsonArray(
            new JsonObject
            {
                ["Effect"] = "Allow",
                ["Action"] = new JsonArray("s3:GetObject", "s3:GetObjectVersion"),
                ["Resource"] = $"arn:{partition}:s3:::{bucket}/{prefix}*",
            },
            new JsonObject
            {
                ["Effect"] = "Allow",
                ["Action"] = new JsonArray("s3:ListBucket", "s3:GetBucketLocation"),
                ["Resource"] = $"arn:{partition}:s3:::{bucket}",
                ["Condition"] = new JsonObject { ["StringLike"] = new JsonObject { ["s3:prefix"] = new JsonArray(prefix + "*") } },
            }),
    };

    // All pipes of an account and bucket share one queue; a rule per dimension keeps other objects of the bucket out of it.
    private static JsonObject Events(IReadOnlyDictionary<string, string> channels, string prefix) => new()
    {
        ["QueueConfigurations"] = new JsonArray([.. channels.OrderBy(channel => channel.Key, StringComparer.Ordinal).Select(channel => new JsonObject
        {
            ["Id"] = $"customertrack-{channel.Key}",
            ["QueueArn"] = channel.Value,
            ["Events"] = new JsonArray("s3:ObjectCreated:*"),
            ["Filter"] = new JsonObject
            {
                ["Key"] = new JsonObject
                {
                    ["FilterRules"] = new JsonArray(new JsonObject { ["Name"] = "prefix", ["Value"] = $"{prefix}dimension={channel.Key}/" }),
                },
            },
        })]),
    };
}
