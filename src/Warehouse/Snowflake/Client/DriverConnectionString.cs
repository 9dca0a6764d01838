using System.Data.Common;
using System.Globalization;

namespace CustomerTrack.Snowflake;

/// <summary>The driver's connection string for the options.</summary>
internal static class DriverConnectionString
{
    /// <param name="credential">Gives the token where one is used; a key is handed to the driver itself.</param>
    public static string Of(SnowflakeOptions options, SnowflakeSession session, ICredential credential)
    {
        var address = SnowflakeAddress.Of(options);
        var builder = new DbConnectionStringBuilder
        {
            ["account"] = AccountName.InToken(SnowflakeAddress.Account(options)),
            ["user"] = SnowflakeAddress.User(options),
            ["scheme"] = address.Scheme,
            ["host"] = address.Host,
            ["port"] = address.Port.ToString(CultureInfo.InvariantCulture),
            ["query_tag"] = "CustomerTrack",
            ["client_telemetry_enabled"] = "false",

            // A session that failed between BEGIN and COMMIT must end with its call, not serve the next one.
            ["poolingEnabled"] = "false",
        };
        Add(builder, "role", session.Role);
        Add(builder, "warehouse", session.Warehouse);
        Add(builder, "db", session.Database);
        Add(builder, "schema", session.Schema);
        switch (options.Authentication)
        {
            case SnowflakeAuthentication.KeyPair:
                builder["authenticator"] = "snowflake_jwt";
                if (string.IsNullOrWhiteSpace(options.PrivateKeyFile))
                {
                    builder["private_key"] = PrivateKeyReader.WithLineEnds(options.PrivateKey!);
                }
                else
                {
                    builder["private_key_file"] = Path.GetFullPath(options.PrivateKeyFile);
                }

                Add(builder, "private_key_pwd", options.PrivateKeyPassphrase);
                break;
            case SnowflakeAuthentication.OAuth:
                builder["authenticator"] = "oauth";
                builder["token"] = credential.Token();
                break;
            default:
                builder["authenticator"] = "programmatic_access_token";
                builder["token"] = credential.Token();
                break;
        }

        return builder.ConnectionString;
    }

    private static void Add(DbConnectionStringBuilder builder, string key, string? value)
    {
        if (!string.IsNullOrEmpty(value))
        {
            builder[key] = value;
        }
    }
}
