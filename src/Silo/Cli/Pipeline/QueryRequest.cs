namespace CustomerTrack.Cli.Pipeline;

/// <summary>SQL to run.</summary>
internal sealed record QueryRequest
{
    public required string Sql { get; init; }
}
