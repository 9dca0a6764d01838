using System.Text.RegularExpressions;

namespace CustomerTrack.Snowflake;

/// <summary>What a generated statement is about.</summary>
/// <param name="Verb">CREATE, ALTER, DROP or GRANT.</param>
/// <param name="IsReplacing">CREATE OR REPLACE.</param>
/// <param name="Kind">The kind of object, lower case; empty for GRANT.</param>
/// <param name="Name">The object's name; empty for GRANT.</param>
internal sealed partial record StatementSubject(string Verb, bool IsReplacing, string Kind, string Name)
{
    /// <summary>It turns a task off.</summary>
    public bool IsSuspending { get; private init; }

    /// <summary>It turns a task on.</summary>
    public bool IsResuming { get; private init; }

    /// <exception cref="FormatException">It is none of the statements that the scripts have.</exception>
    public static StatementSubject Of(string statement)
    {
        var match = Subject().Match(statement);
        return match.Success
            ? new(match.Groups["verb"].Value, match.Groups["replace"].Success, match.Groups["kind"].Value.ToLowerInvariant(), match.Groups["name"].Value)
            {
                IsSuspending = match.Groups["switch"].Value == "SUSPEND",
                IsResuming = match.Groups["switch"].Value == "RESUME",
            }
            : statement.StartsWith("GRANT ", StringComparison.Ordinal)
                ? new("GRANT", IsReplacing: false, "", "")
                : throw new FormatException($"A statement that the scripts do not have: {statement}");
    }

    [GeneratedRegex(
        """
        ^(?<verb>CREATE|ALTER|DROP)\ (?<replace>OR\ REPLACE\ )?(TRANSIENT\ )?
        (?<kind>MASKING\ POLICY|FILE\ FORMAT|STORAGE\ INTEGRATION|INTEGRATION|DATABASE|SCHEMA|WAREHOUSE|ROLE|TABLE|VIEW|STAGE|PIPE|STREAM|PROCEDURE|TASK|TAG)\ 
        (IF\ (NOT\ )?EXISTS\ )?(?<name>([A-Za-z0-9_$.]|"[^"]*")+)(\ (?<switch>SUSPEND|RESUME)$)?
        """,
        RegexOptions.CultureInvariant | RegexOptions.IgnorePatternWhitespace | RegexOptions.ExplicitCapture)]
    private static partial Regex Subject();
}
