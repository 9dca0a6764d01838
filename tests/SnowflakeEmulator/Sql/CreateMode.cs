namespace CustomerTrack.SnowflakeEmulator;

internal enum CreateMode
{
    Create,
    OrReplace,
    IfNotExists,
    OrAlter,
}
