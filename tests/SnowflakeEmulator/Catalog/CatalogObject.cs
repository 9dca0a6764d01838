using System.Collections.Immutable;

namespace CustomerTrack.SnowflakeEmulator;

/// <summary>Anything that has a name, an owner and grants.</summary>
internal class CatalogObject(ObjectKind kind, ObjectName name, long id, string? owner, DateTimeOffset created)
{
    public ObjectKind Kind { get; } = kind;

    public ObjectName Name { get; set; } = name;

    /// <summary>Unique for ever: an object that was replaced has another.</summary>
    public long Id { get; } = id;

    public DateTimeOffset Created { get; } = created;

    public string? Owner { get; set; } = owner;

    public PropertySet Properties { get; set; } = new();

    public string Comment => Properties.Scalar("COMMENT") ?? "";

    public ImmutableList<Grant> Grants { get; set; } = [];

    public ImmutableList<FutureGrant> FutureGrants { get; set; } = [];

    public ImmutableDictionary<string, string> Tags { get; set; } = ImmutableDictionary<string, string>.Empty;

    public string Word => Kinds.Word(Kind);

    public string DisplayWord => Word.ToLowerInvariant().Replace('_', ' ');
}
