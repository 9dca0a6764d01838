using System.Globalization;
using CustomerTrack.Dimensions;

namespace CustomerTrack.Snowflake;

/// <summary>
/// How personal columns look to readers without the role. Text becomes asterisks: a hash of a name or an address is found out by
/// hashing all names. A text that is a key becomes a hash nevertheless, so that the rows of a key still belong together. Everything
/// else becomes null. Null stays null.
/// </summary>
internal static class SnowflakeMasking
{
    /// <summary>The policy's own name; policies are shared by all columns of a type, and a policy's type is exact.</summary>
    public static string PolicyName(ColumnType type, bool isKey) => type.Kind switch
    {
        ColumnKind.Text when isKey => "mask_key",
        ColumnKind.Decimal => string.Create(CultureInfo.InvariantCulture, $"mask_decimal_{type.Precision}_{type.Scale}"),
        _ => "mask_" + type,
    };

    /// <summary>The expression that shows <paramref name="value"/> to those who have <paramref name="role"/>.</summary>
    /// <param name="role">As the catalog spells it.</param>
    public static string Expression(string value, ColumnType type, bool isKey, string role)
    {
        var shown = $"WHEN IS_ROLE_IN_SESSION({SnowflakeColumns.Literal(role)}) THEN {value}";
        return type.Kind switch
        {
            ColumnKind.Text when isKey => $"CASE {shown} ELSE SHA2({value}, 256) END",
            ColumnKind.Text => $"CASE {shown} WHEN {value} IS NOT NULL THEN '***' END",
            _ => $"CASE {shown} ELSE NULL END",
        };
    }
}
