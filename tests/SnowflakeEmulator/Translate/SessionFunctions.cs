using System.Globalization;

namespace CustomerTrack.SnowflakeEmulator;

/// <summary>Functions whose value the emulator knows: of the session, the clock and the account.</summary>
internal static class SessionFunctions
{
    /// <summary>The value as a literal; null for another function.</summary>
    public static string? Emit(string name, IReadOnlyList<string> arguments, SqlContext context, References references)
    {
        var session = context.Session;
        switch (name)
        {
            case "CURRENT_TIMESTAMP" or "GETDATE" or "LOCALTIMESTAMP":
                return $"TIMESTAMPTZ '{Instant(context.StatementStart)}+00'";
            case "SYSDATE":
                return $"TIMESTAMP '{Instant(context.StatementStart)}'";
            case "CURRENT_DATE":
                return $"CAST(TIMESTAMPTZ '{Instant(context.StatementStart)}+00' AS DATE)";
            case "CURRENT_ROLE":
                return DuckName.Text(context.Role);
            case "CURRENT_USER":
                return DuckName.Text(session.User);
            case "CURRENT_WAREHOUSE":
                return Nullable(session.Warehouse);
            case "CURRENT_DATABASE":
                return Nullable(context.Database);
            case "CURRENT_SCHEMA":
                return Nullable(context.Schema);
            case "CURRENT_ACCOUNT" or "CURRENT_ACCOUNT_NAME":
                return DuckName.Text(context.Account.Options.Account.ToUpperInvariant());
            case "CURRENT_VERSION":
                return "'9.0.0'";
            case "CURRENT_SESSION":
                return DuckName.Text(session.Id.ToString(CultureInfo.InvariantCulture));
            case "CURRENT_TRANSACTION":
                return session.Transaction is { } transaction ? DuckName.Text(transaction.Id.ToString(CultureInfo.InvariantCulture)) : "NULL";
            case "LAST_QUERY_ID":
                return Nullable(session.LastQueryId);
            case "IS_ROLE_IN_SESSION":
                return context.Account.Access.Closure(context.Role).Contains(Constant(name, arguments, 0)) ? "TRUE" : "FALSE";
            case "SYSTEM$STREAM_HAS_DATA":
                var stream = context.Resolve<StreamObject>(ObjectKind.Stream, ObjectName.Parse(Constant(name, arguments, 0)), "SELECT");
                return context.Account.StreamHasData(session, stream) ? "TRUE" : "FALSE";
            case "SYSTEM$PIPE_STATUS":
                var pipe = context.Resolve<PipeObject>(ObjectKind.Pipe, ObjectName.Parse(Constant(name, arguments, 0)), "MONITOR");
                return DuckName.Text(context.Account.Loader.PipeStatus(pipe));
            default:
                return null;
        }
    }

    private static string Instant(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss.ffffff", CultureInfo.InvariantCulture);

    private static string Nullable(string? text) => text is null ? "NULL" : DuckName.Text(text);

    private static string Constant(string name, IReadOnlyList<string> arguments, int index) =>
        index < arguments.Count && arguments[index].StartsWith('\'') && arguments[index].EndsWith('\'')
            ? arguments[index][1..^1].Replace("''", "'", StringComparison.Ordinal)
            : throw SqlException.Invalid($"argument {index + 1} to function {name} needs to be a constant string.");
}
