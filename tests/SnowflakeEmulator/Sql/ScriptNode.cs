namespace CustomerTrack.SnowflakeEmulator;

/// <summary>A node of a Snowflake Scripting block. Expressions are kept as text and translated when they run.</summary>
internal abstract record ScriptNode
{
    internal sealed record Block(IReadOnlyList<ScriptNode> Declarations, IReadOnlyList<ScriptNode> Body, IReadOnlyList<Handler> Handlers) : ScriptNode;

    /// <param name="Conditions">OTHER, STATEMENT_ERROR, EXPRESSION_ERROR or a declared exception.</param>
    internal sealed record Handler(IReadOnlyList<string> Conditions, IReadOnlyList<ScriptNode> Body);

    /// <summary><c>LET x := e</c>, <c>x := e</c>, or a declaration; null leaves it NULL.</summary>
    internal sealed record Assign(string Variable, bool Declares, DataType? Type, string? Expression) : ScriptNode;

    internal sealed record DeclareException(string Name, long Number, string Message) : ScriptNode;

    internal sealed record If(IReadOnlyList<(string Condition, IReadOnlyList<ScriptNode> Body)> Branches, IReadOnlyList<ScriptNode> Else) : ScriptNode;

    internal sealed record While(string Condition, IReadOnlyList<ScriptNode> Body) : ScriptNode;

    internal sealed record Return(string? Expression) : ScriptNode;

    internal sealed record Raise(string? Exception) : ScriptNode;

    internal sealed record Run(Statement Statement) : ScriptNode;

    internal sealed record Nothing : ScriptNode;
}
