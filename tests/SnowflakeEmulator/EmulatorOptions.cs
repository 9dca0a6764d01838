namespace CustomerTrack.SnowflakeEmulator;

/// <summary>How the emulated account is set up.</summary>
public sealed class EmulatorOptions
{
    /// <summary>The address to listen on. Default: 127.0.0.1.</summary>
    public string Host { get; set; } = "127.0.0.1";

    /// <summary>The port; 0 takes a free one. Default: 0.</summary>
    public int Port { get; set; }

    /// <summary>A PEM file with the certificate for https. Default: none, http.</summary>
    public string? CertificateFile { get; set; }

    /// <summary>A PEM file with the certificate's private key. Default: none; needed with <see cref="CertificateFile"/>.</summary>
    public string? CertificateKeyFile { get; set; }

    /// <summary>The account's identifier, as tokens name it. Default: EMULATED.</summary>
    public string Account { get; set; } = "EMULATED";

    /// <summary>A folder that keeps everything over a restart. Default: none, memory.</summary>
    public string? DataFolder { get; set; }

    /// <summary>The administrator's name; has the role ACCOUNTADMIN. Default: ADMIN.</summary>
    public string User { get; set; } = "ADMIN";

    /// <summary>The administrator's password for the drivers' protocol. Default: none, key pair only.</summary>
    public string? Password { get; set; }

    /// <summary>A PEM file with the administrator's public key. Default: none.</summary>
    public string? PublicKeyFile { get; set; }

    /// <summary>The administrator's public key as PEM. Default: none.</summary>
    public string? PublicKey { get; set; }

    /// <summary>Programmatic access tokens: the token and its user. Default: none.</summary>
    public Dictionary<string, string> AccessTokens { get; } = new(StringComparer.Ordinal);

    /// <summary>OAuth tokens: the token and its user. Default: none.</summary>
    public Dictionary<string, string> OAuthTokens { get; } = new(StringComparer.Ordinal);

    /// <summary>The S3 store; credentials come from the environment (AWS_ACCESS_KEY_ID, …). Default: AWS.</summary>
    public Uri? S3Endpoint { get; set; }

    /// <summary>The bucket is in the path and not in the host's name. Default: true.</summary>
    public bool S3PathStyle { get; set; } = true;

    /// <summary>Default: us-east-1.</summary>
    public string S3Region { get; set; } = "us-east-1";

    /// <summary>Rows of a partition of a result. Default: 10,000.</summary>
    public int PartitionRows { get; set; } = 10_000;

    /// <summary>How much faster intervals of tasks pass. Default: 1.</summary>
    public double ClockSpeed { get; set; } = 1;

    /// <summary>How often pipes with AUTO_INGEST look at their bucket, in the place of its events. Default: 1 second.</summary>
    public TimeSpan EventInterval { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>How long a transaction waits for a lock. Default: 60 seconds.</summary>
    public TimeSpan LockTimeout { get; set; } = TimeSpan.FromSeconds(60);

    /// <summary>A statement that takes longer is answered with 202. Default: 45 seconds.</summary>
    public TimeSpan AnswerWithin { get; set; } = TimeSpan.FromSeconds(45);

    /// <summary>Calls of loadHistoryScan for one pipe in a minute; more get 429. Default: 60.</summary>
    public int HistoryScansPerMinute { get; set; } = 60;

    /// <summary>How badly the account behaves at the start.</summary>
    public FaultOptions Faults { get; set; } = new();
}
