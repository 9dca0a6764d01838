namespace CustomerTrack.SnowflakeEmulator;

internal enum ObjectKind
{
    Account,
    Role,
    User,
    Database,
    Schema,
    Warehouse,
    Integration,
    NetworkPolicy,
    NetworkRule,
    FileFormat,
    Stage,
    Table,
    View,
    Stream,
    Pipe,
    Procedure,
    Task,
    Tag,
    MaskingPolicy,
}
