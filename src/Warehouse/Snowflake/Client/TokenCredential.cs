namespace CustomerTrack.Snowflake;

/// <summary>
/// A programmatic access token or an OAuth token that somebody else made. A file is read for each request: where secrets are
/// mounted as links, the time of the file does not show that it changed.
/// </summary>
internal sealed class TokenCredential : ICredential
{
    private readonly SecretSource _source;

    /// <exception cref="SnowflakeException">The options lack a token, or it cannot be read.</exception>
    public TokenCredential(SnowflakeOptions options)
    {
        var isOAuth = options.Authentication == SnowflakeAuthentication.OAuth;
        _source = new SecretSource(isOAuth ? "an OAuth access token" : "a programmatic access token", nameof(options.Token), options.Token, nameof(options.TokenFile), options.TokenFile);
        TokenType = isOAuth ? "OAUTH" : "PROGRAMMATIC_ACCESS_TOKEN";
        Advice = isOAuth
            ? $"The OAuth token comes from {_source.Name}: check that it has not expired and that its scope allows the role."
            : $"The programmatic access token comes from {_source.Name}: check that it has not expired (SHOW USER PROGRAMMATIC ACCESS TOKENS), that its role restriction fits, and that the user is under a network policy, which such tokens require.";
        Token();
    }

    public string TokenType { get; }

    public string Advice { get; }

    public string Token()
    {
        var token = _source.Read().Trim();
        return token.Any(letter => letter is <= ' ' or > '~')
            ? throw new SnowflakeException($"{_source.Name} holds something other than one token: there are blanks or line ends inside it.")
            : token;
    }

    public bool Renew(string refused) => Token() != refused;
}
