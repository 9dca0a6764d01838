namespace CustomerTrack.Snowflake.Tests.Client;

public sealed class AccountNameTests
{
    [Theory]
    [InlineData("myorg-acct", "MYORG-ACCT", "myorg-acct")]
    [InlineData("MyOrg-My_Acct", "MYORG-MY_ACCT", "myorg-my-acct")]
    [InlineData("myorg.acct", "MYORG-ACCT", "myorg-acct")]
    [InlineData("xy12345", "XY12345", "xy12345")]
    [InlineData("xy12345.us-east-1", "XY12345", "xy12345.us-east-1")]
    [InlineData("xy12345.us-east-2.aws", "XY12345", "xy12345.us-east-2.aws")]
    [InlineData("xy12345.west-europe.azure", "XY12345", "xy12345.west-europe.azure")]
    [InlineData("xy12345.us-east-1.privatelink", "XY12345", "xy12345.us-east-1.privatelink")]
    [InlineData("myorg-acct.privatelink", "MYORG-ACCT", "myorg-acct.privatelink")]
    [InlineData("acct-abc123.global", "ACCT", "acct-abc123.global")]
    public void An_account_is_spelled_for_tokens_and_for_hosts(string account, string inToken, string inHost)
    {
        Assert.Equal(inToken, AccountName.InToken(account));
        Assert.Equal(inHost + ".snowflakecomputing.com", AccountName.InHost(account));
    }

    [Theory]
    [InlineData(null, null)]
    [InlineData("ct_owner", "CT_OWNER")]
    [InlineData("\"Mixed\"\"Case\"", "Mixed\"Case")]
    public void A_sessions_name_is_read_as_in_SQL(string? name, string? expected) => Assert.Equal(expected, SessionName.InCatalog(name));
}
