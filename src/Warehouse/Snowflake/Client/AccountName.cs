namespace CustomerTrack.Snowflake;

/// <summary>What an account identifier becomes in a token and in a host name.</summary>
internal static class AccountName
{
    private const string GlobalSuffix = ".global";

    /// <summary>
    /// The account in a token, upper case and without dots. A locator loses its region (<c>xy12345.us-east-1</c> is
    /// <c>XY12345</c>); <c>organisation.account</c> is <c>ORGANISATION-ACCOUNT</c>.
    /// </summary>
    public static string InToken(string account)
    {
        if (account.EndsWith(GlobalSuffix, StringComparison.OrdinalIgnoreCase))
        {
            var dash = account.IndexOf('-', StringComparison.Ordinal);
            return (dash > 0 ? account[..dash] : account[..^GlobalSuffix.Length]).ToUpperInvariant();
        }

        var dot = account.IndexOf('.', StringComparison.Ordinal);
        if (dot < 0)
        {
            return account.ToUpperInvariant();
        }

        // The name of an account has no dash, the name of a region always has.
        var next = account.AsSpan(dot + 1);
        var isLocator = next.Contains('-') || next.Equals("privatelink", StringComparison.OrdinalIgnoreCase);
        return (isLocator ? account[..dot] : account.Replace('.', '-')).ToUpperInvariant();
    }

    /// <summary>The account's host: underscores are dashes there, a locator keeps its region.</summary>
    public static string InHost(string account)
    {
        var dot = account.IndexOf('.', StringComparison.Ordinal);
        var isPlain = dot < 0 || InToken(account).Length == account.Length;
        var name = isPlain ? account.Replace('.', '-') : account;
        return name.Replace('_', '-').ToLowerInvariant() + ".snowflakecomputing.com";
    }
}
