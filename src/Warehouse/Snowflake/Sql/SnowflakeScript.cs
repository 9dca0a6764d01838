namespace CustomerTrack.Snowflake;

/// <summary>One of the scripts that make what Snowflake needs, in the name of one role.</summary>
public sealed record SnowflakeScript
{
    /// <summary>Its file's name, without a folder: <c>10_account.sql</c>.</summary>
    public required string Name { get; init; }

    /// <summary>The role it runs as.</summary>
    public required string Role { get; init; }

    /// <summary>The whole text, with comments.</summary>
    public required string Text { get; init; }

    /// <summary>The statements of <see cref="Text"/> in order, without comments in front and without the semicolon.</summary>
    public required IReadOnlyList<string> Statements { get; init; }

    /// <summary>The script as a file, which takes on its role first.</summary>
    public string ToFile() => $"USE ROLE {Role};\n\n{Text}\n";

    internal static SnowflakeScript Of(string name, string role, IEnumerable<string> parts)
    {
        var text = string.Join("\n\n", parts);
        return new() { Name = name, Role = role, Text = text, Statements = SqlStatements.Split(text) };
    }
}
