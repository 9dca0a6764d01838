namespace CustomerTrack.SnowflakeEmulator;

/// <summary>How badly the account behaves. Numbers are probabilities from 0 to 1; everything can be on at once. Default: nothing.</summary>
public sealed record FaultOptions
{
    /// <summary>Where the dice start; 0 takes a seed from the clock. It is printed and shown in the state.</summary>
    public int Seed { get; init; }

    /// <summary>Queued files are loaded in random order.</summary>
    public bool ShuffleLoads { get; init; }

    /// <summary>A file's rows are committed in two to four transactions.</summary>
    public double SplitLoads { get; init; }

    /// <summary>A file is loaded after <see cref="LateSeconds"/>.</summary>
    public double LateLoads { get; init; }

    public double LateSeconds { get; init; } = 2;

    /// <summary>A load fails; the file's name is remembered all the same.</summary>
    public double FailedLoads { get; init; }

    /// <summary>insertFiles answers success and nothing is queued; an event of the bucket is not seen.</summary>
    public double LostNotifications { get; init; }

    /// <summary>A file is queued twice.</summary>
    public double DoubledNotifications { get; init; }

    /// <summary>A file is loaded a second time although its name is known, as after fourteen days.</summary>
    public double LoadedTwice { get; init; }

    /// <summary>401 with code 390144.</summary>
    public double Unauthorized { get; init; }

    /// <summary>404.</summary>
    public double NotFound { get; init; }

    /// <summary>429.</summary>
    public double TooManyRequests { get; init; }

    /// <summary>503.</summary>
    public double Unavailable { get; init; }

    /// <summary>The request is executed, and the connection is reset in the place of an answer.</summary>
    public double LostAnswers { get; init; }

    /// <summary>An answer takes <see cref="SlowSeconds"/> longer.</summary>
    public double SlowAnswers { get; init; }

    public double SlowSeconds { get; init; } = 1;

    /// <summary>202 in the place of 200: the client has to ask again.</summary>
    public double Accepted { get; init; }

    /// <summary>A run of a task fails in the middle of a transaction.</summary>
    public double TaskFailures { get; init; }

    /// <summary>A triggered task whose run failed is not run again before new rows arrive in its stream, it is resumed, or someone executes it.</summary>
    public bool NoRetryOfFailedTasks { get; init; }

    /// <summary>insertReport shows events again that it has shown.</summary>
    public double ReportDuplicates { get; init; }

    /// <summary>SYSTEM$STREAM_HAS_DATA says yes for a task although the stream is empty.</summary>
    public double SpuriousStreamData { get; init; }

    /// <summary>For so many seconds from now on nobody can reach the account: every connection is reset.</summary>
    public double AwaySeconds { get; init; }
}
