using System.ComponentModel.DataAnnotations;

namespace CustomerTrack.S3;

/// <summary>The bucket and how to reach it. Credentials come from the default chain of AWS (environment, profile, container, instance), never from here.</summary>
public sealed class S3Options
{
    public const string SectionName = "CustomerTrack:S3";

    /// <summary>The bucket's name. Default: none; needed when anything is on S3.</summary>
    [StringLength(63, MinimumLength = 3)]
    public string? Bucket { get; set; }

    /// <summary>What the lake's names start with inside the bucket: empty, or ending in a slash. Default: <c>lake/</c>.</summary>
    [RegularExpression("^$|^[A-Za-z0-9_=.-][A-Za-z0-9_=./-]*/$", ErrorMessage = "allowed: empty, or a prefix of letters, digits and _=.-/ that ends in /.")]
    public string Prefix { get; set; } = "lake/";

    /// <summary>
    /// What landing names start with inside the bucket, for example <c>landing/</c>: files below <c>landing/&lt;dimension&gt;/</c> are read
    /// besides the landing folder, and go to <c>archive/</c> or <c>rejected/</c> beside it. Default: none, S3 is not read.
    /// </summary>
    [RegularExpression("^[A-Za-z0-9_=.-][A-Za-z0-9_=./-]*/$", ErrorMessage = "allowed: a prefix of letters, digits and _=.-/ that ends in /.")]
    public string? LandingPrefix { get; set; }

    /// <summary>The region. Default: what AWS_REGION, the profile or the machine says; us-east-1 with an endpoint of one's own.</summary>
    public string? Region { get; set; }

    /// <summary>The store's address where it is not AWS. Default: none.</summary>
    public Uri? Endpoint { get; set; }

    /// <summary>The bucket is in the path and not in the host's name. Default: false.</summary>
    public bool PathStyle { get; set; }

    /// <summary>When requests carry checksums: WhenSupported for AWS, WhenRequired for stores that refuse them. Default: WhenSupported.</summary>
    public S3ChecksumMode ChecksumMode { get; set; } = S3ChecksumMode.WhenSupported;

    /// <summary>Encryption of new objects. Default: Bucket, as the bucket says.</summary>
    public S3Encryption Encryption { get; set; } = S3Encryption.Bucket;

    /// <summary>The key for Encryption Kms: an id, an ARN or an alias. Default: none, the account's own key.</summary>
    public string? KmsKeyId { get; set; }

    /// <summary>A role to take on with the chain's credentials. Default: none.</summary>
    [RegularExpression("^arn:[a-z0-9-]+:iam::[0-9]{12}:role/.+$", ErrorMessage = "allowed: the ARN of a role.")]
    public string? RoleArn { get; set; }

    /// <summary>A named profile of the shared configuration. Default: none.</summary>
    public string? Profile { get; set; }

    /// <summary>Objects above this size are uploaded in parts, in MB. Default: 16.</summary>
    [Range(5, 5_000)]
    public int MultipartThresholdMegabytes { get; set; } = 16;

    /// <summary>How often a request is tried again, with growing pauses and jitter. Default: 5.</summary>
    [Range(0, 20)]
    public int MaxRetries { get; set; } = 5;

    /// <summary>How long one attempt of a request may take. Default: 30 seconds.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "00:10:00")]
    public TimeSpan RequestTimeout { get; set; } = TimeSpan.FromSeconds(30);
}
