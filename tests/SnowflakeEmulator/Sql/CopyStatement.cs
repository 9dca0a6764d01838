namespace CustomerTrack.SnowflakeEmulator;

/// <summary><c>COPY INTO table FROM @stage</c>; what this emulator knows of it.</summary>
internal sealed record CopyStatement(ObjectName Table, StageReference Stage, PropertySet Options)
{
    public string OnError => Options.Scalar("ON_ERROR") ?? "";
}
