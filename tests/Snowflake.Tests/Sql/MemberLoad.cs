namespace CustomerTrack.Snowflake.Tests;

/// <summary>A delta in an object.</summary>
internal sealed record MemberLoad(MemberDelta Delta, int Object);
