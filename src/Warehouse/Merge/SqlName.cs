using System.Collections.Frozen;

namespace CustomerTrack.Merge;

/// <summary>
/// Names and literals in SQL. A plain name stays bare, so that one text suits DuckDB (keeps case) and Snowflake (upper case);
/// a name that either would misread is quoted.
/// </summary>
public static class SqlName
{
    // Reserved in DuckDB or in Snowflake.
    private static readonly FrozenSet<string> Reserved = (
        "account all alter analyse analyze and anti any array as asc asof asymmetric at authorization between binary both by case cast check "
        + "collate collation column columns concurrently connect connection constraint create cross current current_catalog current_date "
        + "current_role current_schema current_time current_timestamp current_user database default deferrable delete desc describe distinct "
        + "do drop else end except exists false fetch following for foreign freeze from full generated glob grant group gscluster having ilike "
        + "in increment initially inner insert intersect into is isnull issue join lambda lateral leading left like limit localtime "
        + "localtimestamp map minus natural not notnull null of offset on only or order organization outer overlaps pivot pivot_longer "
        + "pivot_wider placing positional primary qualify references regexp returning revoke right rlike row rows sample schema select semi "
        + "session_user set show similar some start struct summarize symmetric table tablesample then to trailing trigger true try_cast union "
        + "unique unpack unpivot update user using values variadic verbose view when whenever where window with")
        .Split(' ').ToFrozenSet(StringComparer.Ordinal);

    /// <summary>The name as SQL needs it.</summary>
    public static string Quote(string name) =>
        IsPlain(name) && !Reserved.Contains(name) ? name : $"\"{name.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";

    /// <summary>Whether a bare name would be read as a word of SQL, in whatever case.</summary>
    public static bool IsReserved(string name) => Reserved.Contains(name.ToLowerInvariant());

    /// <summary>A text literal.</summary>
    public static string Literal(string text) => $"'{text.Replace("'", "''", StringComparison.Ordinal)}'";

    private static bool IsPlain(string name)
    {
        if (name.Length == 0 || !(char.IsAsciiLetterLower(name[0]) || name[0] == '_'))
        {
            return false;
        }

        foreach (var letter in name)
        {
            if (!(char.IsAsciiLetterLower(letter) || char.IsAsciiDigit(letter) || letter == '_'))
            {
                return false;
            }
        }

        return true;
    }
}
