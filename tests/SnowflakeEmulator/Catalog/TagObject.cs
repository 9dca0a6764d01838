using System.Collections.Immutable;

namespace CustomerTrack.SnowflakeEmulator;

internal sealed class TagObject(ObjectName name, long id, string? owner, DateTimeOffset created) : CatalogObject(ObjectKind.Tag, name, id, owner, created)
{
    /// <summary>Empty: every value is allowed.</summary>
    public ImmutableList<string> AllowedValues { get; set; } = [];

    /// <summary>Policies that mask every column with this tag, by the type they take.</summary>
    public ImmutableList<ObjectName> Policies { get; set; } = [];
}
