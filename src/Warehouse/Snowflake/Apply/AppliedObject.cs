namespace CustomerTrack.Snowflake;

/// <summary>One object of Snowflake after the scripts ran.</summary>
/// <param name="Script">The script that makes it.</param>
/// <param name="Kind">What it is, in lower case: <c>table</c>, <c>masking policy</c>, …</param>
/// <param name="Name">Its full name.</param>
/// <param name="Outcome">What became of it.</param>
public sealed record AppliedObject(string Script, string Kind, string Name, AppliedOutcome Outcome);
