using System.Data.Common;
using System.Net.Sockets;

namespace CustomerTrack.Snowflake.Tests.Client;

/// <summary>Texts as the driver writes them; its own exception type is not here, its base class is.</summary>
public sealed class DriverErrorsTests : SnowflakeTest
{
    private SnowflakeException Map(Exception exception) => DriverErrors.Of(exception, new StatementBatch(["SELECT 1"]).Explain, SnowflakeCredentials.Of(Options, Time));

    [Fact]
    public void A_refused_statement_has_Snowflakes_code_and_state()
    {
        var failure = Map(new DriverException("Error: SQL compilation error:\nsyntax error line 1 SqlState: 42000, VendorCode: 1003, QueryId: 019c06a4-0000-df4f", 1003));

        Assert.Equal((1003, "42000", "019c06a4-0000-df4f", false), (failure.Code, failure.SqlState, failure.QueryId, failure.IsTransient));
        Assert.Contains("error: syntax error line 1 (code 1003", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_refused_login_is_found_below_the_drivers_own_error()
    {
        var login = new DriverException("Error: JWT token is invalid. SqlState: 08001, VendorCode: 390144, QueryId: ", 390144);
        var failure = Map(new DriverException("Error: Snowflake Internal Error: Unable to connect. SqlState: 08006, VendorCode: 270001, QueryId: ", 270001, new AggregateException(login)));

        Assert.Equal((390144, false), (failure.Code, failure.IsTransient));
        Assert.Contains(Keys.Fingerprint, failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_refused_login_is_found_inside_the_drivers_own_text()
    {
        var failure = Map(new DriverException("Error: Snowflake Internal Error: Unable to connect. Error: Incorrect username or password was specified. SqlState: 08001, VendorCode: 390100, QueryId:  SqlState: 08006, VendorCode: 270001, QueryId: ", 270001));

        Assert.Equal((390100, "08001", false), (failure.Code, failure.SqlState, failure.IsTransient));
        Assert.Contains("Incorrect username", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_connection_that_fails_may_pass()
    {
        Assert.True(Map(new DriverException("Error: Snowflake Internal Error: Unable to connect. SqlState: 08006, VendorCode: 270001, QueryId: ", 270001, new HttpRequestException("refused", new SocketException(111)))).IsTransient);
        Assert.True(Map(new DriverException("Error: Request reach its timeout. SqlState: , VendorCode: 270007, QueryId: ", 270007)).IsTransient);
        Assert.True(Map(new HttpRequestException("reset")).IsTransient);
    }

    [Fact]
    public void A_wrong_connection_string_does_not_pass()
    {
        var failure = Map(new DriverException("Error: Connection string is invalid: x SqlState: , VendorCode: 270008, QueryId: ", 270008));

        Assert.Equal((270008, null, false), (failure.Code, failure.SqlState, failure.IsTransient));
    }

    private sealed class DriverException(string message, int code, Exception? inner = null) : DbException(message, inner)
    {
        public override int ErrorCode => code;
    }
}
