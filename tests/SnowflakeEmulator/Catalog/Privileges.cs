namespace CustomerTrack.SnowflakeEmulator;

/// <summary>Which privileges exist on which kind of object.</summary>
internal static class Privileges
{
    private static readonly string[] InSchema =
    [
        "CREATE TABLE", "CREATE VIEW", "CREATE STAGE", "CREATE FILE FORMAT", "CREATE STREAM", "CREATE PIPE", "CREATE TASK", "CREATE PROCEDURE",
        "CREATE TAG", "CREATE MASKING POLICY", "CREATE NETWORK RULE", "CREATE FUNCTION", "CREATE SEQUENCE", "CREATE DYNAMIC TABLE",
    ];

    public static IReadOnlyList<string> Of(ObjectKind kind) => kind switch
    {
        ObjectKind.Account =>
        [
            "CREATE DATABASE", "CREATE WAREHOUSE", "CREATE ROLE", "CREATE USER", "CREATE INTEGRATION", "CREATE NETWORK POLICY", "MANAGE GRANTS",
            "EXECUTE TASK", "EXECUTE MANAGED TASK", "APPLY TAG", "APPLY MASKING POLICY", "MONITOR EXECUTION", "MONITOR USAGE",
        ],
        ObjectKind.Database => ["USAGE", "MONITOR", "MODIFY", "CREATE SCHEMA"],
        ObjectKind.Schema => ["USAGE", "MONITOR", "MODIFY", .. InSchema],
        ObjectKind.Warehouse => ["USAGE", "OPERATE", "MONITOR", "MODIFY"],
        ObjectKind.Integration => ["USAGE"],
        ObjectKind.FileFormat => ["USAGE"],
        ObjectKind.Stage => ["USAGE", "READ", "WRITE"],
        ObjectKind.Table => ["SELECT", "INSERT", "UPDATE", "DELETE", "TRUNCATE", "REFERENCES", "EVOLVE SCHEMA"],
        ObjectKind.View => ["SELECT", "REFERENCES"],
        ObjectKind.Stream => ["SELECT"],
        ObjectKind.Pipe => ["OPERATE", "MONITOR"],
        ObjectKind.Procedure => ["USAGE"],
        ObjectKind.Task => ["OPERATE", "MONITOR"],
        ObjectKind.Tag => ["APPLY", "READ"],
        ObjectKind.MaskingPolicy => ["APPLY"],
        ObjectKind.NetworkRule => ["USAGE"],
        ObjectKind.User => ["MONITOR"],
        ObjectKind.Role => ["USAGE"],
        _ => [],
    };

    /// <summary>The privilege on the container that making an object needs.</summary>
    public static string ToCreate(ObjectKind kind) => kind switch
    {
        ObjectKind.FileFormat => "CREATE FILE FORMAT",
        ObjectKind.MaskingPolicy => "CREATE MASKING POLICY",
        ObjectKind.NetworkPolicy => "CREATE NETWORK POLICY",
        ObjectKind.NetworkRule => "CREATE NETWORK RULE",
        _ => $"CREATE {Kinds.Word(kind)}",
    };
}
