namespace CustomerTrack.SnowflakeEmulator;

/// <summary>A privilege on objects of a kind that will be made in the schema or database which holds this.</summary>
internal sealed record FutureGrant(ObjectKind Kind, string Privilege, string Role);
