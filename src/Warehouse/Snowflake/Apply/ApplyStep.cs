namespace CustomerTrack.Snowflake;

/// <summary>The statement that runs now.</summary>
/// <param name="Script">The script it is in.</param>
/// <param name="Number">Its number in the script, from 1.</param>
/// <param name="Count">How many the script has.</param>
/// <param name="Statement">How it begins, for people.</param>
public sealed record ApplyStep(string Script, int Number, int Count, string Statement);
