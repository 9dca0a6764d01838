namespace CustomerTrack.Snowflake;

/// <summary>What authenticates requests. Safe for concurrent use.</summary>
internal interface ICredential
{
    /// <summary>What Snowflake calls this kind of token.</summary>
    string TokenType { get; }

    /// <summary>What a person can check when Snowflake refuses the token. Holds no secret.</summary>
    string Advice { get; }

    /// <summary>A token that is valid now.</summary>
    string Token();

    /// <summary>Whether another token can be had now that Snowflake refused <paramref name="refused"/>.</summary>
    bool Renew(string refused);
}
