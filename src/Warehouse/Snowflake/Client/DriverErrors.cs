using System.Data.Common;
using System.Globalization;
using System.Net.Sockets;
using System.Text.RegularExpressions;

namespace CustomerTrack.Snowflake;

/// <summary>
/// Reads the driver's exceptions. Its SQLSTATE hides the base class's, and a refused login is wrapped in an error of its own, so
/// both are taken from the text: "Error: ... SqlState: 42000, VendorCode: 1003, QueryId: ...".
/// </summary>
internal static partial class DriverErrors
{
    private const int FirstOwnCode = 270000;
    private const int LastOwnCode = 279999;
    private const string ConnectionFailure = "08006";

    /// <param name="explain">Turns Snowflake's message into what failed and why.</param>
    public static SnowflakeException Of(Exception exception, Func<string, (string Operation, string Said)> explain, ICredential credential)
    {
        var chain = Chain(exception).ToList();
        var told = chain.OfType<DbException>().Select(Read).ToList();

        // The innermost that Snowflake itself said; else the driver's own.
        var chosen = told.LastOrDefault(error => error.Code is { } code && !IsOwn(code)) ?? told.FirstOrDefault() ?? new Told(exception.Message, null, null, null);
        var (operation, said) = explain(chosen.Message.ReplaceLineEndings(" "));
        var isUnreached = chain.Any(one => one is HttpRequestException or SocketException or IOException or TimeoutException or TaskCanceledException)
            || ((chosen.Code is null || IsOwn(chosen.Code.Value)) && chosen.SqlState == ConnectionFailure);

        // What Snowflake said may quote a statement, literals and all: only the part that was chosen is passed on.
        var inner = told.Count == 0 ? exception : null;
        return SnowflakeErrors.Of(operation, said, SnowflakeErrors.Advice(chosen.Code, credential), chosen.Code, chosen.SqlState, chosen.QueryId, isUnreached || SnowflakeErrors.IsTransient(chosen.Code), inner);
    }

    private static Told Read(DbException exception)
    {
        // The last one in the text: a message may quote another.
        var match = Form().Match(exception.Message);
        if (!match.Success)
        {
            return new Told(exception.Message, exception.ErrorCode, exception.SqlState, null);
        }

        var own = new Told(
            match.Groups["message"].Value.Trim(),
            int.Parse(match.Groups["code"].ValueSpan, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture),
            match.Groups["state"].Value,
            match.Groups["query"].Value);
        var inner = Form().Match(own.Message);
        return inner.Success && own.Code is { } code && IsOwn(code)
            ? new Told(inner.Groups["message"].Value.Trim(), int.Parse(inner.Groups["code"].ValueSpan, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture), inner.Groups["state"].Value, inner.Groups["query"].Value)
            : own;
    }

    private static bool IsOwn(int code) => code is >= FirstOwnCode and <= LastOwnCode;

    private static IEnumerable<Exception> Chain(Exception exception)
    {
        yield return exception;
        var inner = exception is AggregateException many ? many.InnerExceptions : exception.InnerException is { } one ? [one] : (IReadOnlyList<Exception>)[];
        foreach (var below in inner.SelectMany(Chain))
        {
            yield return below;
        }
    }

    [GeneratedRegex(@"Error:\s*(?<message>.*)\s*SqlState:\s*(?<state>\w*),\s*VendorCode:\s*(?<code>-?\d+),\s*QueryId:\s*(?<query>[\w-]*)", RegexOptions.Singleline | RegexOptions.CultureInvariant)]
    private static partial Regex Form();

    private sealed record Told(string Message, int? Code, string? SqlState, string? QueryId);
}
