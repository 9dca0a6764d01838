namespace CustomerTrack.SnowflakeEmulator;

/// <summary>One parsed statement. Queries and DML keep their text: they are translated when they run, with the names of that moment.</summary>
internal abstract record Statement
{
    /// <summary>The statement's own source, without the semicolon.</summary>
    public string Text { get; init; } = "";

    internal sealed record Query : Statement;

    internal sealed record Dml(string Verb) : Statement;

    internal sealed record Begin : Statement;

    internal sealed record Commit : Statement;

    internal sealed record Rollback : Statement;

    internal sealed record Use(string What, ObjectName Name) : Statement;

    internal sealed record SetSession(PropertySet Properties, IReadOnlyList<string> Unset) : Statement;

    internal sealed record Create(ObjectKind Kind, ObjectName Name, CreateMode Mode, ObjectBody Body) : Statement;

    internal sealed record Drop(ObjectKind Kind, ObjectName Name, bool IfExists) : Statement;

    internal sealed record Alter(ObjectKind Kind, ObjectName Name, bool IfExists, Alteration Change) : Statement;

    internal sealed record Grant(GrantStatement Body) : Statement;

    internal sealed record GrantRole(string Role, string? ToRole, string? ToUser, bool Revoke) : Statement;

    internal sealed record Show(ShowRequest Request) : Statement;

    internal sealed record Describe(ObjectKind Kind, ObjectName Name) : Statement;

    internal sealed record Call : Statement;

    internal sealed record Copy(CopyStatement Body) : Statement;

    internal sealed record ExecuteTask(ObjectName Name) : Statement;

    internal sealed record ExecuteImmediate(string Script) : Statement;

    internal sealed record Block(ScriptNode.Block Body) : Statement;

    internal sealed record CommentOn(ObjectKind Kind, ObjectName Name, string Comment) : Statement;

    internal sealed record ListStage(StageReference Stage) : Statement;
}
