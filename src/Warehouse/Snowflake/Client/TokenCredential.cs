namespace CustomerTrack.Snowflake;

/// <summary>A programmatic access token or an OAuth token that somebody else made. A file is read again when it changes.</summary>
internal sealed class TokenCredential : ICredential
{
    private readonly Lock _lock = new();
    private readonly SecretSource _source;
    private readonly string _advice;
    private string _token;
    private DateTime? _changedAt;

    /// <exception cref="SnowflakeException">The options lack a token, or it cannot be read.</exception>
    public TokenCredential(SnowflakeOptions options)
    {
        var isOAuth = options.Authentication == SnowflakeAuthentication.OAuth;
        TokenType = isOAuth ? "OAUTH" : "PROGRAMMATIC_ACCESS_TOKEN";
        _source = new SecretSource(isOAuth ? "an OAuth access token" : "a programmatic access token", nameof(options.Token), options.Token, nameof(options.TokenFile), options.TokenFile);
        _advice = isOAuth
            ? $"The OAuth token comes from {_source.Name}: check that it has not expired and that its scope allows the role."
            : $"The programmatic access token comes from {_source.Name}: check that it has not expired (SHOW USER PROGRAMMATIC ACCESS TOKENS), that its role restriction fits, and that the user is under a network policy, which such tokens require.";
        _changedAt = _source.ChangedAt;
        _token = ReadToken();
    }

    public string TokenType { get; }

    public string Advice => _advice;

    public string Token()
    {
        lock (_lock)
        {
            Refresh();
            return _token;
        }
    }

    public bool Renew(string refused)
    {
        lock (_lock)
        {
            Refresh(always: true);
            return _token != refused;
        }
    }

    private void Refresh(bool always = false)
    {
        // Asked before the file is read: what is written in between is read once more, not missed.
        var changedAt = _source.ChangedAt;
        if (always || changedAt != _changedAt)
        {
            _token = ReadToken();
            _changedAt = changedAt;
        }
    }

    private string ReadToken()
    {
        var token = _source.Read().Trim();
        return token.Any(letter => letter is <= ' ' or > '~')
            ? throw new SnowflakeException($"{_source.Name} holds something other than one token: there are blanks or line ends inside it.")
            : token;
    }
}
