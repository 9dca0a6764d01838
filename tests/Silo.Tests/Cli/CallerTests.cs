using System.Net;
using CustomerTrack.Cli.Pipeline;

namespace CustomerTrack.Cli;

public sealed class CallerTests
{
    [Theory]
    [InlineData("127.0.0.1", "127.0.0.1", true)]
    [InlineData("127.0.0.7", "127.0.0.1", true)]
    [InlineData("::1", "::1", true)]
    [InlineData("::ffff:127.0.0.1", "::ffff:127.0.0.1", true)]
    [InlineData("10.0.0.5", "10.0.0.5", true)]
    [InlineData("::ffff:10.0.0.5", "10.0.0.5", true)]
    [InlineData("10.0.0.6", "10.0.0.5", false)]
    [InlineData("10.0.0.6", "127.0.0.1", false)]
    [InlineData("fe80::1", "fe80::2", false)]
    [InlineData(null, null, false)]
    public void A_caller_is_local_over_loopback_or_from_the_address_it_goes_to(string? remote, string? local, bool isLocal) =>
        Assert.Equal(isLocal, Caller.IsLocal(remote is null ? null : IPAddress.Parse(remote), local is null ? null : IPAddress.Parse(local)));
}
