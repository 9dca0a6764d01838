using System.Text;
using CustomerTrack.Ingest;

namespace CustomerTrack.Tests.Ingest;

public sealed class GzipTests : IDisposable
{
    private readonly IngestFixture _ingest = new();
    private readonly byte[] _plain = Encoding.UTF8.GetBytes("id,at,name\n" + string.Concat(Enumerable.Range(0, 300).Select(number => $"{number},2026-01-31,name {number * 7919 % 1000}\n")));

    public void Dispose() => _ingest.Dispose();

    [Fact]
    public void A_compressed_file_reads_as_the_plain_one()
    {
        var packed = IngestFixture.Gzip(_plain);

        Assert.Equal(_ingest.Read("a.csv", _plain).Rows, _ingest.Read("a.csv.gz", packed).Rows);
    }

    [Fact]
    public void Members_one_after_the_other_are_one_file()
    {
        byte[] packed = [.. IngestFixture.Gzip(_plain[..1000]), .. IngestFixture.Gzip(_plain[1000..]), 0, 0, 0];

        Assert.Equal(300, _ingest.Read("a.csv.gz", packed).Records.Count);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void A_file_cut_off_anywhere_is_refused_whole(int members)
    {
        var one = IngestFixture.Gzip(_plain);
        byte[] packed = members == 1 ? one : [.. one, .. one];
        for (var length = packed.Length - one.Length + 1; length < packed.Length; length++)
        {
            var cut = packed[..length];

            Assert.Equal("corrupt_gzip", Assert.Throws<UnreadableFileException>(() => _ingest.Read("a.csv.gz", cut)).Reason);
        }
    }

    [Fact]
    public void A_flipped_bit_never_changes_what_is_read()
    {
        var packed = IngestFixture.Gzip(_plain);
        var expected = _ingest.Read("a.csv", _plain).Rows.ToList();
        var refused = 0;
        for (var at = 0; at < packed.Length; at++)
        {
            var damaged = packed.ToArray();
            damaged[at] ^= 0x10;
            try
            {
                Assert.Equal(expected, _ingest.Read("a.csv.gz", damaged).Rows);
            }
            catch (UnreadableFileException damage)
            {
                Assert.Equal("corrupt_gzip", damage.Reason);
                refused++;
            }
        }

        // What stands in the header (a time, flags that mean nothing) may change.
        Assert.InRange(refused, packed.Length - 10, packed.Length);
    }
}
