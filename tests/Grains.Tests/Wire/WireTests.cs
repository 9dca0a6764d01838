using System.Text.Json;
using CsCheck;
using CustomerTrack.Cluster;
using CustomerTrack.Detect;
using CustomerTrack.Emit;
using CustomerTrack.Records;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Serialization;

namespace CustomerTrack.Tests.Wire;

/// <summary>
/// What silos say to each other stays readable: the bytes of a message as the first version wrote them are read by this one.
/// A snapshot is never taken anew to make a test pass; a changed message gets another one beside it.
/// </summary>
public sealed class WireTests
{
    private static readonly Record Upsert = new() { Key = "42|a\\|b", Sequence = 1_769_860_800_000_000, Ordinal = 7, Kind = RecordKind.Upsert, Content = new byte[] { 3, 0, 3, 97 }, File = 11, Row = 12 };

    private static readonly Record Delete = new() { Key = "ü", Sequence = -5, Ordinal = Record.NoOrdinal, Kind = RecordKind.Delete, File = 11, Row = 13 };

    private static readonly Delta Version = new()
    {
        Key = "42", ValidFrom = 5, ValidTo = 9, State = RowState.Version, Revision = 3, RecordedAt = 1_769_860_800_000_001, Content = new byte[] { 3, 0, 3, 97 }, File = 11, Row = 12,
    };

    private static readonly Delta Tombstone = new() { Key = "42", ValidFrom = 9, State = RowState.Retracted, Revision = 4, RecordedAt = 1_769_860_800_000_002, File = 11, Row = 13 };

    private static readonly Delta Restated = Version with { Change = RowChange.Restated, Before = new byte[] { 3, 0, 3, 98 } };

    private static readonly DetectCounts Counts = new() { Duplicates = 1, NoOps = 2, Opened = 3, Closed = 4, Retracted = 5, Late = 6, Conflicts = 7 };

    private static readonly CustomerBatch OneCustomer = new()
    {
        Records = new[] { Upsert }, StoredState = [1, 2, 3], ExpectedVersion = 8, OpenFloor = 11, RecordedAt = 1_769_860_800_000_001, Redelivered = false,
    };

    private static readonly ShardBatch OneShard = new() { Records = new[] { Upsert, Delete }, OpenFloor = 11, Redelivered = true };

    private static readonly ShardResult Answer = new()
    {
        Deltas = new List<Delta> { Version, Tombstone }, Counts = new List<FileCounts> { new() { File = 11, Counts = Counts } }, TooLate = new[] { 0, 2 },
    };

    // A snapshot by its file, and what it says. The last of a message is how it is written today.
    private static readonly Dictionary<string, object> Snapshots = new()
    {
        ["Record"] = Upsert,
        ["Delta"] = Version,
        ["Delta.2"] = Restated,
        ["ShardBatch"] = OneShard,
        ["ShardBatch.2"] = OneShard with { Records = new[] { Upsert, Upsert with { Row = 13 }, Delete }, Owner = "10.0.0.3-11111-98765432" },
        ["ShardResult"] = Answer,
        ["ShardResult.2"] = Answer,
        ["ShardResult.3"] = Answer with { Deltas = new List<Delta> { Restated, Tombstone } },
        ["CustomerBatch"] = OneCustomer,
        ["CustomerBatch.2"] = OneCustomer with { Epoch = 21, Handover = 22 },
        ["Folded"] = new Folded { NeedsState = false, State = [1, 2, 3], Version = 9, Deltas = [Version, Tombstone], TooLate = [1], Counts = Counts },
        ["Folded.2"] = new Folded { NeedsState = false, State = [1, 2, 3], Version = 9, Deltas = [Restated, Tombstone], TooLate = [1], Counts = Counts },
        ["DeltaFeedBatch"] = new DeltaFeedBatch { Dimension = "customer", Deltas = [Version, Tombstone] },
        ["FlowReport"] = new FlowReport
        {
            Now = new(2026, 1, 31, 12, 0, 0, 1, TimeSpan.Zero),
            Samples = [new() { Number = 31_949_000_123, Span = TimeSpan.FromSeconds(2.001), Counts = [1, 200, 0, long.MaxValue], Timed = [0, 7, 3, 5, 89, 1] }],
        },
        ["SiloDeltas"] = new SiloDeltas { Last = 9, Forgotten = 2, Batches = [[Restated, Tombstone], [Version]] },
        ["DeltaFeedBatch.2"] = new DeltaFeedBatch { Dimension = "customer", Deltas = [Restated, Tombstone] },
    };

    private readonly Serializer _serializer = new ServiceCollection().AddSerializer().BuildServiceProvider().GetRequiredService<Serializer>();

    public static TheoryData<string> All => [.. Snapshots.Keys];

    public static TheoryData<string> Newest => [.. Snapshots.Keys.GroupBy(name => name.Split('.')[0]).Select(versions => versions.Last())];

    [Theory]
    [MemberData(nameof(All))]
    public void Old_bytes_stay_readable(string name)
    {
        var message = _serializer.Deserialize<object>(Snapshot(name))!;

        Assert.Equal(Snapshots[name].GetType(), message.GetType());
        Assert.Equal(Text(Snapshots[name]), Text(message));
    }

    [Theory]
    [MemberData(nameof(Newest))]
    public void What_is_written_today_is_what_was_written_then(string name) =>
        Assert.Equal(Convert.ToHexString(Snapshot(name)), Convert.ToHexString(_serializer.SerializeToArray<object>(Snapshots[name])));

    [Fact]
    public void A_message_that_is_cut_off_or_has_more_than_it_says_is_refused()
    {
        var packed = RecordPacking.Pack([Upsert, Delete]);
        for (var length = 0; length < packed.Length; length++)
        {
            Assert.Throws<InvalidDataException>(() => RecordPacking.Unpack(packed[..length]));
        }

        Assert.Throws<InvalidDataException>(() => RecordPacking.Unpack([.. packed, 0]));
        var deltas = DeltaPacking.Pack([Version, Tombstone]);
        for (var length = 0; length < deltas.Length; length++)
        {
            Assert.Throws<InvalidDataException>(() => DeltaPacking.Unpack(deltas[..length]));
        }

        Assert.Throws<InvalidDataException>(() => DeltaPacking.Unpack([.. deltas, 0]));
        var changes = RowChangePacking.Pack([Restated, Tombstone]);
        for (var length = 0; length < changes.Length; length++)
        {
            Assert.Throws<InvalidDataException>(() => RowChangePacking.Mark([Restated, Tombstone], changes[..length]));
        }

        Assert.Throws<InvalidDataException>(() => RowChangePacking.Mark([Restated, Tombstone], [.. changes, 0]));
    }

    [Fact]
    public void Whatever_records_and_deltas_say_arrives_as_it_was()
    {
        var key = Gen.OneOf(Gen.Const("a"), Gen.Const("b"), Gen.String[Gen.Char['\u0001', '\uD7FF'], 0, 300]);
        var number = Gen.OneOf(Gen.Const(long.MinValue), Gen.Const(long.MaxValue), Gen.Const(0L), Gen.Long, Gen.Long[1, 5]);
        var content = Gen.Byte.Array[0, 300];
        var record = Gen.Select(key, number, number, Gen.Bool, content, number, number, (k, sequence, ordinal, isDelete, c, file, row) => new Record
        {
            Key = k, Sequence = sequence, Ordinal = ordinal, Kind = isDelete ? RecordKind.Delete : RecordKind.Upsert, Content = c, File = file, Row = row,
        });
        record.Array[0, 40].Sample(records => Text(records) == Text(RecordPacking.Unpack(RecordPacking.Pack(records))));

        var delta = Gen.Select(Gen.Select(key, number, number, number, number), Gen.Select(Gen.Bool, Gen.Int[0, 2], content, number, number), (a, b) => new Delta
        {
            Key = a.Item1, ValidFrom = a.Item2, ValidTo = b.Item1 ? a.Item3 : null, State = (RowState)b.Item2, Revision = a.Item4, RecordedAt = a.Item5, Content = b.Item3, File = b.Item4, Row = b.Item5,
            Change = (RowChange)((a.Item2 & 1) + b.Item2), Before = b.Item1 ? b.Item3 : default(ReadOnlyMemory<byte>),
        });
        delta.Array[0, 40].Sample(deltas => Text(deltas) == Text(RowChangePacking.Mark(DeltaPacking.Unpack(DeltaPacking.Pack(deltas)), RowChangePacking.Pack(deltas))));
    }

    // A content is a slice of a block of 64 KB that it shares with its neighbours.
    [Fact]
    public void A_record_travels_without_the_block_its_content_lies_in()
    {
        var block = new byte[64 * 1024];
        var records = Enumerable.Range(0, 128).Select(i => Upsert with { Key = $"C{i:D9}", Row = i, Content = block.AsMemory(i * 90, 90) }).ToArray();

        var bytes = _serializer.SerializeToArray(OneShard with { Records = records.AsMemory(28, 100) });

        Assert.InRange(bytes.Length, 100 * (90 + 11), 100 * (90 + 11 + 16));
    }

    private byte[] Snapshot(string name)
    {
        var path = Path.Combine(AppContext.BaseDirectory, "Wire", name + ".hex");
        Assert.True(File.Exists(path), $"There is no snapshot of {name} yet. Wire/{name}.hex would be {Convert.ToHexString(_serializer.SerializeToArray<object>(Snapshots[name]))}");
        return Convert.FromHexString(File.ReadAllText(path).ReplaceLineEndings(""));
    }

    private static string Text(object message) => JsonSerializer.Serialize(message, message.GetType());
}
