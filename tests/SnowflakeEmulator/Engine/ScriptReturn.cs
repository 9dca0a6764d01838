namespace CustomerTrack.SnowflakeEmulator;

/// <summary>RETURN leaves all blocks of a script at once.</summary>
internal sealed class ScriptReturn(string? literal) : Exception
{
    public string? Literal { get; } = literal;
}
