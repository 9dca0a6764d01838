using System.Text.RegularExpressions;

namespace CustomerTrack.SnowflakeEmulator;

/// <summary>The functions that the emulator knows, each as DuckDB says it. What is not here is an error.</summary>
internal static partial class Functions
{
    private delegate string Translation(IReadOnlyList<string> arguments);

    private static readonly Dictionary<string, (int Least, int Most, Translation Emit)> Scalars = new(StringComparer.Ordinal)
    {
        ["COALESCE"] = (1, 99, Same("coalesce")),
        ["NVL"] = (2, 2, Same("coalesce")),
        ["IFNULL"] = (2, 2, Same("coalesce")),
        ["NVL2"] = (3, 3, a => $"CASE WHEN {a[0]} IS NOT NULL THEN {a[1]} ELSE {a[2]} END"),
        ["NULLIF"] = (2, 2, Same("nullif")),
        ["ZEROIFNULL"] = (1, 1, a => $"coalesce({a[0]}, 0)"),
        ["IFF"] = (3, 3, a => $"CASE WHEN {a[0]} THEN {a[1]} ELSE {a[2]} END"),
        ["EQUAL_NULL"] = (2, 2, a => $"({a[0]} IS NOT DISTINCT FROM {a[1]})"),
        ["GREATEST"] = (1, 99, a => NullIfAny("greatest", a)),
        ["LEAST"] = (1, 99, a => NullIfAny("least", a)),
        ["GREATEST_IGNORE_NULLS"] = (1, 99, Same("greatest")),
        ["LEAST_IGNORE_NULLS"] = (1, 99, Same("least")),
        ["ABS"] = (1, 1, Same("abs")),
        ["ROUND"] = (1, 2, Same("round")),
        ["CEIL"] = (1, 1, Same("ceil")),
        ["FLOOR"] = (1, 1, Same("floor")),
        ["MOD"] = (2, 2, Same("mod")),
        ["SIGN"] = (1, 1, Same("sign")),
        ["UPPER"] = (1, 1, Same("upper")),
        ["LOWER"] = (1, 1, Same("lower")),
        ["TRIM"] = (1, 2, Same("trim")),
        ["LTRIM"] = (1, 2, Same("ltrim")),
        ["RTRIM"] = (1, 2, Same("rtrim")),
        ["LENGTH"] = (1, 1, Same("length")),
        ["LEN"] = (1, 1, Same("length")),
        ["SUBSTR"] = (2, 3, Same("substr")),
        ["SUBSTRING"] = (2, 3, Same("substr")),
        ["LEFT"] = (2, 2, Same("left")),
        ["RIGHT"] = (2, 2, Same("right")),
        ["REPLACE"] = (3, 3, Same("replace")),
        ["CONCAT"] = (1, 99, a => $"({string.Join(" || ", a)})"),
        ["SPLIT_PART"] = (3, 3, Same("split_part")),
        ["CONTAINS"] = (2, 2, Same("contains")),
        ["STARTSWITH"] = (2, 2, Same("starts_with")),
        ["ENDSWITH"] = (2, 2, Same("suffix")),
        ["LPAD"] = (3, 3, Same("lpad")),
        ["RPAD"] = (3, 3, Same("rpad")),
        ["REVERSE"] = (1, 1, Same("reverse")),
        ["POSITION"] = (2, 2, a => $"instr({a[1]}, {a[0]})"),
        ["CHARINDEX"] = (2, 2, a => $"instr({a[1]}, {a[0]})"),
        ["REGEXP_LIKE"] = (2, 2, Same("regexp_full_match")),
        ["REGEXP_REPLACE"] = (2, 3, a => $"regexp_replace({a[0]}, {a[1]}, {(a.Count == 3 ? a[2] : "''")}, 'g')"),
        ["REGEXP_SUBSTR"] = (2, 2, a => $"nullif(regexp_extract({a[0]}, {a[1]}), '')"),
        ["MD5"] = (1, 1, Same("md5")),
        ["MD5_HEX"] = (1, 1, Same("md5")),
        ["SHA1"] = (1, 1, Same("sha1")),
        ["SHA2"] = (1, 2, a => a.Count == 1 || a[1] == "256" ? $"sha256({a[0]})" : throw SqlException.NotEmulated("SHA2 with another length than 256")),
        ["TO_VARCHAR"] = (1, 1, a => $"CAST({a[0]} AS VARCHAR)"),
        ["TO_CHAR"] = (1, 1, a => $"CAST({a[0]} AS VARCHAR)"),
        ["TO_NUMBER"] = (1, 3, a => $"CAST({a[0]} AS {Number(a)})"),
        ["TO_DECIMAL"] = (1, 3, a => $"CAST({a[0]} AS {Number(a)})"),
        ["TRY_TO_NUMBER"] = (1, 3, a => $"TRY_CAST({a[0]} AS {Number(a)})"),
        ["TO_DOUBLE"] = (1, 1, a => $"CAST({a[0]} AS DOUBLE)"),
        ["TO_BOOLEAN"] = (1, 1, a => $"CAST({a[0]} AS BOOLEAN)"),
        ["TO_DATE"] = (1, 1, a => $"CAST({a[0]} AS DATE)"),
        ["TRY_TO_DATE"] = (1, 1, a => $"TRY_CAST({a[0]} AS DATE)"),
        ["TO_TIMESTAMP"] = (1, 1, a => $"CAST({a[0]} AS TIMESTAMP)"),
        ["TO_TIMESTAMP_NTZ"] = (1, 1, a => $"CAST({a[0]} AS TIMESTAMP)"),
        ["TO_TIMESTAMP_LTZ"] = (1, 1, a => $"CAST({a[0]} AS TIMESTAMPTZ)"),
        ["TRY_TO_TIMESTAMP_NTZ"] = (1, 1, a => $"TRY_CAST({a[0]} AS TIMESTAMP)"),
        ["PARSE_JSON"] = (1, 1, Same("json")),
        ["TRY_PARSE_JSON"] = (1, 1, a => $"json(TRY_CAST({a[0]} AS JSON))"),
        ["TO_JSON"] = (1, 1, a => $"CAST({a[0]} AS VARCHAR)"),
        ["TO_VARIANT"] = (1, 1, Same("to_json")),
        ["HASH"] = (1, 99, a => $"CAST(hash({string.Join(", ", a)}) & 9223372036854775807 AS BIGINT)"),
        ["UUID_STRING"] = (0, 0, _ => "CAST(uuid() AS VARCHAR)"),
        ["ROW_NUMBER"] = (0, 0, Same("row_number")),
        ["RANK"] = (0, 0, Same("rank")),
        ["DENSE_RANK"] = (0, 0, Same("dense_rank")),
        ["LEAD"] = (1, 3, Same("lead")),
        ["LAG"] = (1, 3, Same("lag")),
        ["FIRST_VALUE"] = (1, 1, Same("first_value")),
        ["LAST_VALUE"] = (1, 1, Same("last_value")),
    };

    private static readonly Dictionary<string, (int Least, int Most, Translation Emit)> Aggregates = new(StringComparer.Ordinal)
    {
        ["COUNT"] = (1, 99, a => a.Count == 1 ? $"count({a[0]})" : throw SqlException.NotEmulated("COUNT of several columns")),
        ["COUNT_IF"] = (1, 1, Same("count_if")),
        ["SUM"] = (1, 1, Same("sum")),
        ["MIN"] = (1, 1, Same("min")),
        ["MAX"] = (1, 1, Same("max")),
        ["AVG"] = (1, 1, Same("avg")),
        ["MAX_BY"] = (2, 2, Same("max_by")),
        ["MIN_BY"] = (2, 2, Same("min_by")),
        ["ANY_VALUE"] = (1, 1, Same("any_value")),
        ["BOOLOR_AGG"] = (1, 1, Same("bool_or")),
        ["BOOLAND_AGG"] = (1, 1, Same("bool_and")),
        ["HASH_AGG"] = (1, 99, a => $"CAST(bit_xor(hash({string.Join(", ", a)})) & 9223372036854775807 AS BIGINT)"),
    };

    private static readonly HashSet<string> WindowOnly = ["ROW_NUMBER", "RANK", "DENSE_RANK", "LEAD", "LAG", "FIRST_VALUE", "LAST_VALUE"];

    public static bool IsAggregate(string name) => Aggregates.ContainsKey(name) || name == "LISTAGG";

    public static bool IsWindowOnly(string name) => WindowOnly.Contains(name);

    public static string Emit(string name, IReadOnlyList<string> arguments)
    {
        if (!Scalars.TryGetValue(name, out var function) && !Aggregates.TryGetValue(name, out function))
            throw new SqlException("002140", "42601", $"SQL compilation error:\nUnknown function {name} (or not known to the emulator).");
        if (arguments.Count < function.Least)
            throw new SqlException("000938", "22023", $"SQL compilation error:\nnot enough arguments for function [{name}], expected {function.Least}, got {arguments.Count}");
        if (arguments.Count > function.Most)
            throw new SqlException("000939", "22023", $"SQL compilation error:\ntoo many arguments for function [{name}] expected {function.Most}, got {arguments.Count}");
        return function.Emit(arguments);
    }

    /// <summary>A part of a date as DuckDB names it.</summary>
    public static string DatePart(string part) => part.ToUpperInvariant() switch
    {
        "YEAR" or "YEARS" or "YY" or "YYYY" => "year",
        "QUARTER" or "QUARTERS" => "quarter",
        "MONTH" or "MONTHS" or "MM" => "month",
        "WEEK" or "WEEKS" => "week",
        "DAY" or "DAYS" or "DD" or "D" => "day",
        "HOUR" or "HOURS" or "HH" => "hour",
        "MINUTE" or "MINUTES" or "MI" => "minute",
        "SECOND" or "SECONDS" or "SS" or "S" => "second",
        "MILLISECOND" or "MILLISECONDS" or "MS" => "millisecond",
        "MICROSECOND" or "MICROSECONDS" or "US" => "microsecond",
        "EPOCH_SECOND" => "epoch",
        _ => throw new SqlException("001007", "22023", $"SQL compilation error:\n'{part}' is not a valid date/time component."),
    };

    /// <summary><c>'3 days'</c>: one number and one unit.</summary>
    public static string Interval(string text)
    {
        var match = IntervalText().Match(text);
        return match.Success ? $"INTERVAL '{match.Groups[1].Value} {DatePart(match.Groups[2].Value)}'" : throw SqlException.NotEmulated($"INTERVAL '{text}'");
    }

    private static Translation Same(string name) => arguments => $"{name}({string.Join(", ", arguments)})";

    private static string NullIfAny(string name, IReadOnlyList<string> arguments) =>
        $"CASE WHEN {string.Join(" OR ", arguments.Select(argument => $"{argument} IS NULL"))} THEN NULL ELSE {name}({string.Join(", ", arguments)}) END";

    private static string Number(IReadOnlyList<string> arguments) => arguments.Count == 1 ? "DECIMAL(38,0)" : $"DECIMAL({arguments[1]},{(arguments.Count == 3 ? arguments[2] : "0")})";

    [GeneratedRegex(@"^\s*(-?\d+)\s+([A-Za-z]+)\s*$")]
    private static partial Regex IntervalText();
}
