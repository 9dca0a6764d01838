using System.ComponentModel.DataAnnotations;

namespace CustomerTrack.Snowflake;

/// <summary>The Snowflake account that is kept up with the lake. The lake has to be on S3.</summary>
public sealed class SnowflakeOptions
{
    public const string SectionName = "CustomerTrack:Snowflake";

    private const string Name = "^[A-Za-z_][A-Za-z0-9_$]*$";
    private const string NameMessage = "allowed: a plain name of letters, digits, _ and $.";

    /// <summary>Whether a running process delivers to Snowflake. Default: false.</summary>
    public bool Enabled { get; set; }

    /// <summary>The account identifier, <c>organisation-account</c> or a locator. Default: none.</summary>
    public string? Account { get; set; }

    /// <summary>The account's address where it is not <c>https://&lt;account&gt;.snowflakecomputing.com</c>. Default: none.</summary>
    public Uri? Endpoint { get; set; }

    /// <summary>The user that delivers. Default: none.</summary>
    public string? User { get; set; }

    /// <summary>How requests are authenticated. Default: KeyPair.</summary>
    public SnowflakeAuthentication Authentication { get; set; } = SnowflakeAuthentication.KeyPair;

    /// <summary>A PEM file with the private key, encrypted or not. Default: none.</summary>
    public string? PrivateKeyFile { get; set; }

    /// <summary>The private key itself as PEM, for an environment variable. Default: none.</summary>
    public string? PrivateKey { get; set; }

    /// <summary>The passphrase of an encrypted key. Default: none.</summary>
    public string? PrivateKeyPassphrase { get; set; }

    /// <summary>A file with the access token; read again when it changes. Default: none.</summary>
    public string? TokenFile { get; set; }

    /// <summary>The access token itself, for an environment variable. Default: none.</summary>
    public string? Token { get; set; }

    /// <summary>Which client runs SQL. Default: SqlApi.</summary>
    public SnowflakeClientKind Client { get; set; } = SnowflakeClientKind.SqlApi;

    /// <summary>A folder with <c>Snowflake.Data.dll</c> and what it needs, for Client AdoNet, where the program was built without it. Default: none.</summary>
    public string? DriverFolder { get; set; }

    /// <summary>The database; made by <c>snowflake apply</c>. Default: CUSTOMERTRACK.</summary>
    [RegularExpression(Name, ErrorMessage = NameMessage)]
    public string Database { get; set; } = "CUSTOMERTRACK";

    /// <summary>The schema of the views that people read. Default: PUBLIC.</summary>
    [RegularExpression(Name, ErrorMessage = NameMessage)]
    public string Schema { get; set; } = "PUBLIC";

    /// <summary>The schema of everything else. Default: CT.</summary>
    [RegularExpression(Name, ErrorMessage = NameMessage)]
    public string InternalSchema { get; set; } = "CT";

    /// <summary>The virtual warehouse that merges and answers; made, extra small, by <c>snowflake apply</c>. Default: CUSTOMERTRACK_WH.</summary>
    [RegularExpression(Name, ErrorMessage = NameMessage)]
    public string Warehouse { get; set; } = "CUSTOMERTRACK_WH";

    /// <summary>The role that <c>snowflake apply</c> uses: it makes roles, a database, a warehouse and an integration. Default: ACCOUNTADMIN.</summary>
    [RegularExpression(Name, ErrorMessage = NameMessage)]
    public string AdminRole { get; set; } = "ACCOUNTADMIN";

    /// <summary>What the names of the roles start with: &lt;prefix&gt;_OWNER, _DELIVER, _READER, _PII_READER. Default: CUSTOMERTRACK.</summary>
    [RegularExpression(Name, ErrorMessage = NameMessage)]
    public string RolePrefix { get; set; } = "CUSTOMERTRACK";

    /// <summary>The storage integration. Default: CUSTOMERTRACK_S3.</summary>
    [RegularExpression(Name, ErrorMessage = NameMessage)]
    public string StorageIntegration { get; set; } = "CUSTOMERTRACK_S3";

    /// <summary>The AWS role that the integration takes on to read the bucket. Default: none; needed by <c>snowflake apply</c>.</summary>
    [RegularExpression("^arn:[a-z0-9-]+:iam::[0-9]{12}:role/.+$", ErrorMessage = "allowed: the ARN of a role.")]
    public string? StorageRoleArn { get; set; }

    /// <summary>How Snowpipe learns of new objects. Default: Rest.</summary>
    public SnowflakeNotification Notification { get; set; } = SnowflakeNotification.Rest;

    /// <summary>Whether columns named in a definition's <c>pii</c> are masked in the views (an Enterprise feature of Snowflake). Default: true.</summary>
    public bool Masking { get; set; } = true;

    /// <summary>The shortest time between two merges; 10 seconds is the least Snowflake takes. Default: 10 seconds.</summary>
    [Range(typeof(TimeSpan), "00:00:10", "7.00:00:00")]
    public TimeSpan MergeInterval { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>Days that merged deltas stay in Snowflake. Default: 7.</summary>
    [Range(1, 365)]
    public int DeltaRetentionDays { get; set; } = 7;

    /// <summary>How often new objects are announced to the pipe at most. Default: 1 second.</summary>
    [Range(typeof(TimeSpan), "00:00:00.100", "00:10:00")]
    public TimeSpan NotifyInterval { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>
    /// How often Snowpipe is asked, while something is on its way, what was loaded, and how soon after that the tables are asked what
    /// was merged (more and more seldom while nothing changes, RedeliverAfter at most). Nothing is asked when nothing is on its way. Default: 30 seconds.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:00.500", "01:00:00")]
    public TimeSpan ConfirmInterval { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>How long an announced object may take to appear before it is announced again, and as long after that written again under a new name. Default: 10 minutes.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "1.00:00:00")]
    public TimeSpan RedeliverAfter { get; set; } = TimeSpan.FromMinutes(10);
}
