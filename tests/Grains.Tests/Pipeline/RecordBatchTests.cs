using System.Buffers.Binary;
using System.Text;
using CustomerTrack.Detect;
using CustomerTrack.Ingest;
using CustomerTrack.Tests.Ingest;

namespace CustomerTrack.Tests.Pipeline;

public sealed class RecordBatchTests : IDisposable
{
    private readonly IngestFixture _fixture = new();

    public void Dispose() => _fixture.Dispose();

    [Fact]
    public void The_records_of_a_customer_are_together_and_in_the_order_of_their_file()
    {
        var random = new Random(7);
        var records = Enumerable.Range(0, 5_000).Select(i => Of($"k{random.Next(300)}", row: i + 1)).ToList();

        var slices = ByShard(records, shards: 16);

        Assert.All(slices, slice => Assert.All(slice.Records.ToArray(), r => Assert.Equal(slice.Shard, Sharding.ShardOf(r.Key, 16))));
        Assert.Equal(slices.Select(s => s.Shard).Distinct().Order(), slices.Select(s => s.Shard));
        AssertTogether(records, [.. slices.SelectMany(s => s.Records.ToArray())]);
    }

    [Fact]
    public void Customers_whose_keys_have_one_hash_are_not_mixed()
    {
        var (left, right) = Collision();
        Assert.NotEqual(left, right);
        Assert.Equal(Sharding.Hash(left), Sharding.Hash(right));
        var records = Enumerable.Range(0, 200).Select(i => Of(i % 3 == 0 ? left : i % 3 == 1 ? right : $"k{i % 7}", row: i + 1)).ToList();

        var slices = ByShard(records, shards: 4);

        AssertTogether(records, [.. slices.SelectMany(s => s.Records.ToArray())]);
    }

    private static void AssertTogether(List<Record> given, List<Record> sorted)
    {
        Assert.Equal(given.Count, sorted.Count);
        var runs = new List<(string Key, List<long> Rows)>();
        foreach (var record in sorted)
        {
            if (runs.Count == 0 || runs[^1].Key != record.Key)
            {
                runs.Add((record.Key, []));
            }

            runs[^1].Rows.Add(record.Row);
        }

        Assert.Equal(runs.Count, runs.Select(run => run.Key).Distinct().Count());
        Assert.All(runs, run => Assert.Equal(given.Where(r => r.Key == run.Key).Select(r => r.Row), run.Rows));
    }

    // XxHash64 takes 32 bytes at a time into four lanes. What other first eight bytes change in a lane, other eight bytes 32 later
    // change back; of the many such pairs one that is text is taken.
    private static (string Left, string Right) Collision()
    {
        const ulong P1 = 0x9E3779B185EBCA87, P2 = 0xC2B2AE3D27D4EB4F, Inverse = 0x0BA79078168D4BAF;
        Assert.Equal(1UL, unchecked(P2 * Inverse));
        var random = new Random(1);
        Span<byte> left = stackalloc byte[64];
        Span<byte> right = stackalloc byte[64];
        left.Fill((byte)'x');
        while (true)
        {
            left.CopyTo(right);
            for (var i = 0; i < 8; i++)
            {
                right[i] = (byte)random.Next(32, 127);
            }

            unchecked
            {
                var difference = Round(P1 + P2, left) - Round(P1 + P2, right);
                var back = BinaryPrimitives.ReadUInt64LittleEndian(left[32..]) + (difference * Inverse);
                BinaryPrimitives.WriteUInt64LittleEndian(right[32..], back);
            }

            if (!right.ContainsAnyExceptInRange((byte)32, (byte)126))
            {
                return (Encoding.ASCII.GetString(left), Encoding.ASCII.GetString(right));
            }
        }

        static ulong Round(ulong lane, ReadOnlySpan<byte> input) =>
            unchecked(ulong.RotateLeft(lane + (BinaryPrimitives.ReadUInt64LittleEndian(input) * P2), 31) * P1);
    }

    private static Record Of(string key, int row) => new() { Key = key, Sequence = 1, File = 1, Row = row };

    private List<(int Shard, ReadOnlyMemory<Record> Records)> ByShard(List<Record> records, int shards)
    {
        var file = _fixture.File("a.csv", []);
        var batch = new RecordBatch(_fixture.Dimension, redelivered: false, records.Count);
        batch.Add(new FileProgress(file, new FileInHand(), new QuarantineWriter(_fixture.Folder, file)), records);
        return batch.ByShard(shards);
    }
}
