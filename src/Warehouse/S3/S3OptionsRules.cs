using System.Net;

namespace CustomerTrack.S3;

/// <summary>What one setting says about another.</summary>
public static class S3OptionsRules
{
    /// <summary>What does not fit together, each with its key, its value and what is allowed.</summary>
    /// <param name="neededBy">What needs the bucket, for the message; null when nothing does.</param>
    public static IEnumerable<string> Check(S3Options options, string? neededBy)
    {
        if (neededBy is not null && string.IsNullOrEmpty(options.Bucket))
        {
            yield return Refuse(nameof(options.Bucket), options.Bucket, $"the name of a bucket, because {neededBy}");
        }

        if (options.LandingPrefix is { } landing && string.IsNullOrEmpty(options.Bucket))
        {
            yield return Refuse(nameof(options.Bucket), options.Bucket, $"the name of a bucket, because {Key(nameof(options.LandingPrefix))} is '{landing}'");
        }

        if (options.Bucket is { Length: > 0 } bucket && !IsBucketName(bucket))
        {
            yield return Refuse(nameof(options.Bucket), bucket, "3 to 63 lower-case letters, digits, dots and hyphens, with a letter or digit at both ends, and no address");
        }

        if (options.LandingPrefix is { Length: > 0 } prefix && (options.Prefix.StartsWith(prefix, StringComparison.Ordinal) || prefix.StartsWith(options.Prefix, StringComparison.Ordinal)))
        {
            yield return Refuse(nameof(options.LandingPrefix), prefix, $"a prefix that neither holds {Key(nameof(options.Prefix))} ('{options.Prefix}') nor is inside it");
        }

        if (options.KmsKeyId is { Length: > 0 } key && options.Encryption != S3Encryption.Kms)
        {
            yield return Refuse(nameof(options.KmsKeyId), key, $"not set, unless {Key(nameof(options.Encryption))} is {S3Encryption.Kms} (it is {options.Encryption})");
        }

        if (options.Endpoint is { } endpoint && !IsEndpoint(endpoint))
        {
            yield return Refuse(nameof(options.Endpoint), endpoint.ToString(), "an http or https address without user, path and query, such as https://s3.example.com:9000");
        }

        if (options.Region is { } region && (region.Length == 0 || !region.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c == '-')))
        {
            yield return Refuse(nameof(options.Region), region, "a region's name such as eu-central-1");
        }
    }

    private static bool IsBucketName(string name) =>
        name.Length is >= 3 and <= 63
        && name.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c is '.' or '-' or '_')
        && char.IsAsciiLetterOrDigit(name[0]) && char.IsAsciiLetterOrDigit(name[^1])
        && !IPAddress.TryParse(name, out _);

    private static bool IsEndpoint(Uri address) =>
        address.IsAbsoluteUri && address.Scheme is "http" or "https" && address is { AbsolutePath: "/", Query: "", Fragment: "", UserInfo: "" };

    private static string Refuse(string option, string? value, string allowed) =>
        $"{Key(option)} is {(string.IsNullOrEmpty(value) ? "not set" : $"'{value}'")}; allowed: {allowed}.";

    private static string Key(string option) => $"{S3Options.SectionName}:{option}";
}
