using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Polly.Timeout;

namespace CustomerTrack.Snowflake;

/// <summary>Turns what went wrong into one exception that says what a person can do.</summary>
internal static class SnowflakeErrors
{
    private const string Section = SnowflakeOptions.SectionName;
    private const int RefusedToken = 390144;

    /// <summary>An answer that is not a success.</summary>
    public static SnowflakeException Of(SnowflakeRequest request, SnowflakeReply reply, Uri address, ICredential credential)
    {
        var failure = SnowflakeFailure.Read(reply.Body);
        var code = Code(failure.Code);
        var advice = Advice(reply, code, address, credential, isSnowflakes: failure.Code is not null || failure.Message is not null);
        var message = Said(failure.Message) ?? $"HTTP status {(int)reply.Status}.";
        var (operation, said) = request.Explain?.Invoke(message) ?? (request.Operation, message);
        return Of(operation, said, advice, code, failure.SqlState, failure.StatementHandle, IsTransient(reply.Status, code), inner: null);
    }

    /// <summary>A failure that some client has taken apart.</summary>
    public static SnowflakeException Of(string operation, string said, string? advice, int? code, string? sqlState, string? queryId, bool isTransient, Exception? inner)
    {
        string?[] marks = [code is null ? null : $"code {code.Value.ToString(CultureInfo.InvariantCulture)}", Empty(sqlState) is null ? null : "SQLSTATE " + sqlState, Empty(queryId) is null ? null : "query " + queryId];
        var known = string.Join(", ", marks.Where(mark => mark is not null));
        var message = $"Snowflake did not take {operation}: {said}{(known.Length == 0 ? "" : $" ({known})")}{(advice is null ? "" : " " + advice)}";
        return new SnowflakeException(message, inner) { Code = code, SqlState = Empty(sqlState), QueryId = Empty(queryId), IsTransient = isTransient };
    }

    /// <summary>No answer.</summary>
    public static SnowflakeException Unreachable(string operation, Uri address, Exception exception)
    {
        var said = exception switch
        {
            TimeoutRejectedException => "gave no final answer in the time that a request may take.",
            HttpRequestException { HttpRequestError: HttpRequestError.NameResolutionError } => $"is not a known host: check {Section}:Account, and this machine's name resolution.",
            HttpRequestException { HttpRequestError: HttpRequestError.SecureConnectionError } => $"does not offer a trusted certificate for that name ({exception.InnerException?.Message ?? exception.Message}): check {Section}:Account or Endpoint, and proxies.",
            _ => $"was not reached ({exception.Message})",
        };
        return new SnowflakeException($"Snowflake did not take {operation}: {address.Host} {said}", exception)
        {
            IsTransient = exception is not HttpRequestException { HttpRequestError: HttpRequestError.SecureConnectionError },
        };
    }

    /// <summary>Whether it is worth a repetition within seconds. A host that does not exist is not.</summary>
    public static bool MayPass(HttpRequestException exception) =>
        exception.HttpRequestError != HttpRequestError.SecureConnectionError && exception.InnerException is not SocketException { SocketErrorCode: SocketError.HostNotFound };

    /// <summary>Snowflake's code as a number; some are padded with zeros.</summary>
    public static int? Code(string? code) => int.TryParse(code, NumberStyles.None, CultureInfo.InvariantCulture, out var value) ? value : null;

    /// <summary>What helps with a code, whichever client received it; null where nothing is known to.</summary>
    public static string? Advice(int? code) => code switch
    {
        606 => $"No warehouse runs for this session: check {Section}:Warehouse, and that the role may use it (GRANT USAGE, OPERATE ON WAREHOUSE).",
        90073 => "A resource monitor holds the warehouse: raise its quota, or wait until it starts anew.",
        2003 or 2043 => "Check the name, and that the role may see it; `snowflake apply` makes what this program uses.",
        3001 => "The role lacks a privilege: run `snowflake apply`, or grant it.",
        390189 or 390186 => "The user does not have that role: GRANT ROLE ... TO USER, as `snowflake apply` does.",
        390101 or 390102 => "The user is disabled or locked: ALTER USER ... SET DISABLED = FALSE.",
        390422 => "A network policy keeps this address out: SHOW NETWORK POLICIES.",
        _ => null,
    };

    /// <summary>The same, with what a person can check where the login was refused.</summary>
    public static string? Advice(int? code, ICredential credential) => code is RefusedToken or 390100 or 390303 or 390318 or 394400 ? credential.Advice : Advice(code);

    /// <summary>Codes that may not come back: throttled, locked, timed out, cancelled, an incident.</summary>
    public static bool IsTransient(int? code) => code is 603 or 604 or 625 or 630 or 270007 or 390112 or 390114 or 90073 or 390111;

    private static bool IsTransient(HttpStatusCode status, int? code) =>
        (int)status >= 500 || status is HttpStatusCode.RequestTimeout or HttpStatusCode.TooManyRequests || IsTransient(code);

    private static string? Advice(SnowflakeReply reply, int? code, Uri address, ICredential credential, bool isSnowflakes) => (reply.Status, code) switch
    {
        (HttpStatusCode.Unauthorized, _) => Advice(code) ?? credential.Advice,
        (HttpStatusCode.TooManyRequests, _) => reply.RetryAfter is { } pause ? $"It asks for a pause of {pause.TotalSeconds:F0} s." : "It is throttled.",
        ( >= HttpStatusCode.InternalServerError, _) => "See https://status.snowflake.com if it lasts.",
        (HttpStatusCode.RequestTimeout, _) => "The statement ran longer than the account's or the warehouse's STATEMENT_TIMEOUT_IN_SECONDS.",
        _ when Advice(code, credential) is { } advice => advice,
        (HttpStatusCode.Forbidden or HttpStatusCode.NotFound, null) when !isSnowflakes => $"Nothing of Snowflake's answers at {address.Host}: check {Section}:Account (organisation-account) or Endpoint.",
        (HttpStatusCode.Forbidden, _) => "A network policy may keep this address out, or the interface is not open to this user.",
        ( >= HttpStatusCode.Ambiguous and < HttpStatusCode.BadRequest, _) => $"{address.Host} answers with a redirection, which Snowflake never does: check {Section}:Account or Endpoint.",
        _ => null,
    };

    private static string? Said(string? message) => Empty(message?.ReplaceLineEndings(" ").Trim());

    private static string? Empty(string? text) => string.IsNullOrEmpty(text) ? null : text;
}
