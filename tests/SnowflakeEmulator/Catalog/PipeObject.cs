namespace CustomerTrack.SnowflakeEmulator;

internal sealed class PipeObject(ObjectName name, long id, string? owner, DateTimeOffset created) : CatalogObject(ObjectKind.Pipe, name, id, owner, created)
{
    public required CopyStatement Copy { get; init; }

    public required string Definition { get; init; }

    public bool AutoIngest => Properties.Flag("AUTO_INGEST", otherwise: false);

    public bool Paused => Properties.Flag("PIPE_EXECUTION_PAUSED", otherwise: false);
}
