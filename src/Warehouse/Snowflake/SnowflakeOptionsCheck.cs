using CustomerTrack.Lake;
using CustomerTrack.Merge;
using CustomerTrack.S3;

namespace CustomerTrack.Snowflake;

/// <summary>Holds settings against each other that are allowed one by one. Never shows a secret.</summary>
public static class SnowflakeOptionsCheck
{
    /// <summary>What hinders a process from delivering, one sentence each; none when <see cref="SnowflakeOptions.Enabled"/> is false.</summary>
    public static IReadOnlyList<string> ForDelivery(SnowflakeOptions options, LakeOptions lake, S3Options s3)
    {
        if (!options.Enabled)
        {
            return [];
        }

        var problems = new List<string>(ForScripts(options, lake, s3));
        problems.AddRange(ForConnection(options));
        if (options is { Notification: SnowflakeNotification.Rest, Authentication: not SnowflakeAuthentication.KeyPair })
        {
            problems.Add($"{Key(nameof(options.Authentication))} is '{options.Authentication}'; allowed with {nameof(options.Notification)} Rest: KeyPair, because Snowpipe's REST interface knows no other.");
        }

        if (options.RedeliverAfter <= options.ConfirmInterval)
        {
            problems.Add($"{Key(nameof(options.RedeliverAfter))} is '{options.RedeliverAfter:c}'; allowed: more than {nameof(options.ConfirmInterval)}, which is '{options.ConfirmInterval:c}'. Otherwise objects are delivered again before anybody looked for them.");
        }

        return problems;
    }

    /// <summary>What hinders a client from reaching the account.</summary>
    public static IReadOnlyList<string> ForConnection(SnowflakeOptions options)
    {
        var problems = new List<string>();
        Required(problems, nameof(options.Account), options.Account, "the account identifier, organisation-account or a locator");
        var isToken = options.Authentication is SnowflakeAuthentication.ProgrammaticAccessToken or SnowflakeAuthentication.OAuth;
        if (!isToken || options.Client == SnowflakeClientKind.AdoNet)
        {
            Required(problems, nameof(options.User), options.User, "the name of the user that signs in");
        }

        if (isToken)
        {
            ExactlyOne(problems, options.Authentication, (nameof(options.TokenFile), options.TokenFile), (nameof(options.Token), options.Token));
        }
        else
        {
            ExactlyOne(problems, options.Authentication, (nameof(options.PrivateKeyFile), options.PrivateKeyFile), (nameof(options.PrivateKey), options.PrivateKey));
        }

        if (options.Endpoint is { } endpoint && !IsSafe(endpoint))
        {
            problems.Add($"{Key(nameof(options.Endpoint))} is '{endpoint.OriginalString}'; allowed: an https address, or http on this machine.");
        }

        if (options.DriverFolder is { Length: > 0 } folder && options.Client != SnowflakeClientKind.AdoNet)
        {
            problems.Add($"{Key(nameof(options.DriverFolder))} is '{folder}'; allowed with {nameof(options.Client)} AdoNet only, and it is '{options.Client}'.");
        }

        return problems;
    }

    /// <summary>What hinders the scripts from being written.</summary>
    public static IReadOnlyList<string> ForScripts(SnowflakeOptions options, LakeOptions lake, S3Options s3)
    {
        var problems = new List<string>();
        if (lake.Kind != LakeKind.S3)
        {
            problems.Add($"{LakeOptions.SectionName}:{nameof(lake.Kind)} is '{lake.Kind}'; allowed with Snowflake: S3, because Snowflake reads the lake itself.");
        }

        if (string.IsNullOrWhiteSpace(s3.Bucket))
        {
            problems.Add($"{S3Options.SectionName}:{nameof(s3.Bucket)} is not set; allowed: the name of the bucket the lake is in.");
        }

        Required(problems, nameof(options.StorageRoleArn), options.StorageRoleArn, "the ARN of the AWS role that Snowflake takes on to read the bucket");
        foreach (var (name, value) in (ReadOnlySpan<(string, string)>)
            [
                (nameof(options.Database), options.Database), (nameof(options.Schema), options.Schema), (nameof(options.InternalSchema), options.InternalSchema),
                (nameof(options.Warehouse), options.Warehouse), (nameof(options.AdminRole), options.AdminRole), (nameof(options.RolePrefix), options.RolePrefix),
                (nameof(options.StorageIntegration), options.StorageIntegration),
            ])
        {
            if (SqlName.IsReserved(value))
            {
                problems.Add($"{Key(name)} is '{value}'; allowed: a name that is no word of SQL.");
            }
        }

        if (options.Schema.Equals(options.InternalSchema, StringComparison.OrdinalIgnoreCase))
        {
            problems.Add($"{Key(nameof(options.InternalSchema))} is '{options.InternalSchema}'; allowed: another schema than {nameof(options.Schema)}, whose views have the names of the tables.");
        }

        return problems;
    }

    private static void Required(List<string> problems, string name, string? value, string allowed)
    {
        if (string.IsNullOrWhiteSpace(value))
        {
            problems.Add($"{Key(name)} is not set; allowed: {allowed}.");
        }
    }

    private static void ExactlyOne(List<string> problems, SnowflakeAuthentication authentication, (string Name, string? Value) file, (string Name, string? Value) text)
    {
        var (hasFile, hasText) = (!string.IsNullOrWhiteSpace(file.Value), !string.IsNullOrWhiteSpace(text.Value));
        if (hasFile == hasText)
        {
            problems.Add($"{Key(file.Name)} and {Key(text.Name)} are {(hasFile ? "both" : "both not")} set; allowed with {nameof(SnowflakeOptions.Authentication)} {authentication}: exactly one of them.");
        }
    }

    // A token sent in plain text is anybody's.
    private static bool IsSafe(Uri endpoint) => endpoint.IsAbsoluteUri && (endpoint.Scheme == Uri.UriSchemeHttps || (endpoint.Scheme == Uri.UriSchemeHttp && endpoint.IsLoopback));

    private static string Key(string name) => $"{SnowflakeOptions.SectionName}:{name}";
}
