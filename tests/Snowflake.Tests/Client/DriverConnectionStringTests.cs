using System.Data.Common;

namespace CustomerTrack.Snowflake.Tests.Client;

/// <summary>The driver reads its connection string with the framework's own builder; so does this.</summary>
public sealed class DriverConnectionStringTests : SnowflakeTest
{
    private static readonly SnowflakeSession Session = new() { Role = "CT_DELIVER", Warehouse = "WH", Database = "DB", Schema = "CT" };

    [Fact]
    public void A_key_file_is_left_to_the_driver()
    {
        var file = Write("key with = and ;.p8", Keys.Encrypted);

        var keys = Read(new SnowflakeOptions { Account = "xy12345.us-east-1", User = "svc", PrivateKeyFile = file, PrivateKeyPassphrase = Keys.Passphrase });

        Assert.Equal("snowflake_jwt", keys["authenticator"]);
        Assert.Equal(file, keys["private_key_file"]);
        Assert.Equal(Keys.Passphrase, keys["private_key_pwd"]);
        Assert.False(keys.ContainsKey("private_key"));
        Assert.Equal(("XY12345", "svc"), (keys["account"], keys["user"]));
        Assert.Equal(("https", "xy12345.us-east-1.snowflakecomputing.com", "443"), (keys["scheme"], keys["host"], keys["port"]));
        Assert.Equal(("CT_DELIVER", "WH", "DB", "CT"), (keys["role"], keys["warehouse"], keys["db"], keys["schema"]));
        Assert.Equal("false", keys["poolingEnabled"]);
        Assert.Equal("false", keys["client_telemetry_enabled"]);
    }

    [Fact]
    public void A_key_in_an_option_survives_its_own_equal_signs()
    {
        var keys = Read(new SnowflakeOptions { Account = "a", User = "svc", PrivateKey = Keys.Pkcs8.ReplaceLineEndings("\\n") });

        Assert.Equal(Keys.Pkcs8, keys["private_key"]);
    }

    [Fact]
    public void What_the_driver_looks_for_in_the_text_itself_stands_there_plainly()
    {
        // It splits the text at semicolons to find these four.
        var text = Text(new SnowflakeOptions { Account = "a", User = "svc", PrivateKey = Keys.Pkcs8 });

        Assert.Superset(new HashSet<string> { "role=CT_DELIVER", "warehouse=WH", "db=DB", "schema=CT" }, text.Split(';').ToHashSet());
    }

    [Theory]
    [InlineData(SnowflakeAuthentication.OAuth, "oauth")]
    [InlineData(SnowflakeAuthentication.ProgrammaticAccessToken, "programmatic_access_token")]
    public void A_token_is_read_for_each_connection(SnowflakeAuthentication kind, string authenticator)
    {
        var file = Write("token", "first");
        var options = new SnowflakeOptions { Account = "a", User = "svc", Authentication = kind, TokenFile = file };
        var session = DriverSession.Of(options, Session, SnowflakeCredentials.Of(options, Time));

        Assert.Contains("token=first", session.ConnectionString(), StringComparison.Ordinal);
        Write("token", "second");

        Assert.Contains($"authenticator={authenticator};token=second", session.ConnectionString(), StringComparison.Ordinal);
    }

    [Fact]
    public void An_endpoint_is_taken_apart()
    {
        var keys = Read(new SnowflakeOptions { Account = "a", User = "svc", PrivateKey = Keys.Pkcs8, Endpoint = new Uri("http://127.0.0.1:18085") });

        Assert.Equal(("http", "127.0.0.1", "18085"), (keys["scheme"], keys["host"], keys["port"]));
    }

    [Fact]
    public void A_session_of_defaults_names_nothing()
    {
        var options = new SnowflakeOptions { Account = "a", User = "svc", PrivateKey = Keys.Pkcs8 };
        var keys = new DbConnectionStringBuilder { ConnectionString = DriverConnectionString.Of(options, new SnowflakeSession(), SnowflakeCredentials.Of(options, Time)) };

        Assert.All(new[] { "role", "warehouse", "db", "schema", "private_key_pwd" }, key => Assert.False(keys.ContainsKey(key), key));
    }

    private DbConnectionStringBuilder Read(SnowflakeOptions options) => new() { ConnectionString = Text(options) };

    private string Text(SnowflakeOptions options) => DriverConnectionString.Of(options, Session, SnowflakeCredentials.Of(options, Time));
}
