namespace CustomerTrack.Cli.Running;

/// <summary>How the process that works on a data folder is reached. The token is a secret of the folder's owner.</summary>
internal sealed record ProcessAddress
{
    public required int Pid { get; init; }

    /// <summary>The machine or container it runs on.</summary>
    public string Machine { get; init; } = Environment.MachineName;

    /// <summary>An address of this machine, loopback where that is listened on.</summary>
    public required Uri Url { get; init; }

    /// <summary>What a command sends as bearer token to prove that it may read the data folder.</summary>
    public required string Token { get; init; }

    public required DateTimeOffset StartedAt { get; init; }

    /// <summary>Leaves the token out: addresses are printed.</summary>
    public override string ToString() => $"process {Pid} at {Url}";
}
