namespace CustomerTrack.SnowflakeEmulator;

/// <summary><c>GRANT</c> or <c>REVOKE</c> of privileges on one object, or on all or future objects of a kind in a container.</summary>
/// <param name="Container">SCHEMA or DATABASE with <paramref name="Name"/> as its name, for ALL and FUTURE; else null.</param>
internal sealed record GrantStatement(
    bool Revoke, IReadOnlyList<string> Privileges, ObjectKind Kind, ObjectName? Name, ObjectKind? Container, bool Future, string Role, bool CopyCurrentGrants);
