using System.Net;
using CustomerTrack.Detect;

namespace CustomerTrack.Tests.Detect;

/// <summary>Which silo a shard belongs to.</summary>
public sealed class ShardAssignmentTests
{
    private const int Shards = 64;

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(7)]
    [InlineData(100)]
    public void No_silo_gets_more_than_its_share(int silos)
    {
        var counts = Assign(Silos(silos)).CountBy(silo => silo).Select(count => count.Value);

        Assert.All(counts, count => Assert.InRange(count, 0, (Shards + silos - 1) / silos));
    }

    [Fact]
    public void Every_silo_works_out_the_same() =>
        Assert.Equal(Assign(ShardAssignment.Sort(Silos(5))), Assign(ShardAssignment.Sort(Silos(5).Reverse())));

    [Fact]
    public void When_a_silo_goes_few_other_shards_move()
    {
        var before = Assign(Silos(4));
        var gone = Silos(4)[2];
        var after = Assign([.. Silos(4).Where(silo => !silo.Equals(gone))]);

        Assert.DoesNotContain(gone, after);
        Assert.InRange(Enumerable.Range(0, Shards).Count(i => !before[i].Equals(gone) && !before[i].Equals(after[i])), 0, Shards / 8);
    }

    [Fact]
    public void A_silo_that_comes_back_at_its_address_gets_its_shards_back()
    {
        var before = Assign(Silos(3));
        var after = Assign(Silos(3, generation: 2));

        Assert.Equal(before.Select(silo => silo.Endpoint), after.Select(silo => silo.Endpoint));
    }

    [Fact]
    public void Dimensions_do_not_share_their_places() => Assert.NotEqual(ShardAssignment.Assign("a", Shards, Silos(3)), ShardAssignment.Assign("b", Shards, Silos(3)));

    // Where a shard is must not depend on the version a silo runs: the two would send it to and fro in a rolling upgrade.
    [Fact]
    public void The_places_of_this_version_are_those_of_the_first() =>
        Assert.Equal("2211001121010222", string.Concat(ShardAssignment.Assign("customer", 16, Silos(3)).Select(silo => silo.Endpoint.Port % 10)));

    private static SiloAddress[] Assign(SiloAddress[] silos) => ShardAssignment.Assign("customer", Shards, silos);

    private static SiloAddress[] Silos(int count, int generation = 1) =>
        ShardAssignment.Sort(Enumerable.Range(0, count).Select(i => SiloAddress.New(new IPEndPoint(IPAddress.Parse("10.0.0.3"), 11_110 + i), generation)));
}
