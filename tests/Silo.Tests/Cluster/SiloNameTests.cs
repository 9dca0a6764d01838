using System.Net;

namespace CustomerTrack.Cluster;

public sealed class SiloNameTests
{
    [Theory]
    [InlineData("10.0.0.3", 11111, 98765432, "10.0.0.3-11111-98765432")]
    [InlineData("fe80::1", 1, 0, "fe80__1-1-0")]
    public void A_silo_is_found_by_its_name(string address, int port, int generation, string name)
    {
        var silo = SiloAddress.New(IPAddress.Parse(address), port, generation);

        Assert.Equal(name, SiloName.Of(silo));
        Assert.True(SiloName.TryParse(name, out var parsed));
        Assert.Equal(silo, parsed);
    }

    [Theory]
    [InlineData("")]
    [InlineData("10.0.0.3-11111")]
    [InlineData("10.0.0.3-11111-x")]
    [InlineData("10.0.0.3-99999-1")]
    [InlineData("host-1-1")]
    [InlineData("-1-1")]
    public void What_is_no_name_is_not_taken_for_one(string name) => Assert.False(SiloName.TryParse(name, out _));
}
