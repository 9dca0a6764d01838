namespace CustomerTrack.SnowflakeEmulator;

/// <summary>A statement failed; with the code and the SQLSTATE that Snowflake gives for it.</summary>
public sealed class SqlException(string code, string sqlState, string message) : Exception(message)
{
    /// <summary>Six digits, for example <c>001003</c>.</summary>
    public string Code { get; } = code;

    public string SqlState { get; } = sqlState;

    internal static SqlException Syntax(Token token) => new(
        "001003", "42000", $"SQL compilation error:\nsyntax error line {token.Line} at position {token.Position} unexpected '{token.Describe()}'.");

    /// <summary>Valid for Snowflake perhaps, but outside what this emulator knows: an error, so that nothing passes unseen.</summary>
    internal static SqlException NotEmulated(string what) => new(
        "001003", "42000", $"SQL compilation error:\nnot known to the emulator: {what}.");

    internal static SqlException NotFound(string kind, string name) => new(
        "002003", "42S02", $"SQL compilation error:\n{kind} '{name}' does not exist or not authorized.");

    internal static SqlException Exists(string kind, string name) => new(
        "002002", "42710", $"SQL compilation error:\nObject '{name}' of kind {kind} already exists.");

    internal static SqlException Denied(string kind, string name) => new(
        "003001", "42501", $"SQL access control error:\nInsufficient privileges to operate on {kind} '{name}'.");

    internal static SqlException Invalid(string message) => new("001008", "22023", $"SQL compilation error:\n{message}");

    internal static SqlException InvalidProperty(string property, string kind) => new(
        "001420", "22023", $"SQL compilation error:\ninvalid property '{property}' for '{kind}'.");

    internal static SqlException InvalidValue(string value, string property) => new(
        "001008", "22023", $"SQL compilation error:\ninvalid value [{value}] for parameter '{property}'.");
}
