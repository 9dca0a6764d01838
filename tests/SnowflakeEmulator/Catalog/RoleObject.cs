using System.Collections.Immutable;

namespace CustomerTrack.SnowflakeEmulator;

internal sealed class RoleObject(ObjectName name, long id, string? owner, DateTimeOffset created) : CatalogObject(ObjectKind.Role, name, id, owner, created)
{
    /// <summary>The roles granted to this one, whose privileges it has.</summary>
    public ImmutableHashSet<string> Inherits { get; set; } = [];
}
