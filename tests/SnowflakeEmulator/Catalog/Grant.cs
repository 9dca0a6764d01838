namespace CustomerTrack.SnowflakeEmulator;

/// <summary>A privilege that a role has on the object which holds this.</summary>
internal sealed record Grant(string Privilege, string Role);
