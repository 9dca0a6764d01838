namespace CustomerTrack.Snowflake;

/// <summary>Where an account's interfaces are.</summary>
internal static class SnowflakeAddress
{
    private const string Section = SnowflakeOptions.SectionName;

    /// <exception cref="SnowflakeException">Neither an account nor an endpoint can be read from the options.</exception>
    public static Uri Of(SnowflakeOptions options)
    {
        var account = Account(options);
        if (options.Endpoint is null)
        {
            return new Uri($"https://{AccountName.InHost(account)}/");
        }

        if (!options.Endpoint.IsAbsoluteUri || options.Endpoint.Scheme is not ("https" or "http") || options.Endpoint.AbsolutePath != "/" || options.Endpoint.UserInfo.Length > 0)
        {
            throw new SnowflakeException($"{Section}:{nameof(SnowflakeOptions.Endpoint)} is '{options.Endpoint.OriginalString}'; allowed: https://host or https://host:port.");
        }

        return options.Endpoint;
    }

    /// <exception cref="SnowflakeException">The option is missing, or holds an address.</exception>
    public static string Account(SnowflakeOptions options)
    {
        var account = options.Account?.Trim();
        if (string.IsNullOrEmpty(account))
        {
            throw new SnowflakeException($"{Section}:{nameof(SnowflakeOptions.Account)} is missing; expected: the account identifier, organisation-account.");
        }

        if (account.Any(letter => !char.IsAsciiLetterOrDigit(letter) && letter is not ('-' or '_' or '.')) || account.Contains("snowflakecomputing", StringComparison.OrdinalIgnoreCase))
        {
            throw new SnowflakeException($"{Section}:{nameof(SnowflakeOptions.Account)} is '{account}'; expected: the account identifier alone (organisation-account), not an address.");
        }

        return account;
    }

    /// <exception cref="SnowflakeException">The option is missing.</exception>
    public static string User(SnowflakeOptions options) => string.IsNullOrWhiteSpace(options.User)
        ? throw new SnowflakeException($"{Section}:{nameof(SnowflakeOptions.User)} is missing; expected: the name of the Snowflake user that delivers.")
        : options.User.Trim();
}
