using System.Text.Json;
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

    private static readonly DetectCounts Counts = new() { Duplicates = 1, NoOps = 2, Opened = 3, Closed = 4, Retracted = 5, Late = 6, Conflicts = 7 };

    private static readonly Dictionary<string, object> Messages = new()
    {
        ["Record"] = Upsert,
        ["Delta"] = Version,
        ["ShardBatch"] = new ShardBatch { Records = new[] { Upsert, Delete }, OpenFloor = 11, Redelivered = true },
        ["ShardResult"] = new ShardResult { Deltas = new List<Delta> { Version, Tombstone }, Counts = new List<FileCounts> { new() { File = 11, Counts = Counts } }, TooLate = new[] { 0, 2 } },
        ["CustomerBatch"] = new CustomerBatch
        {
            Records = new[] { Upsert }, StoredState = [1, 2, 3], ExpectedVersion = 8, OpenFloor = 11, RecordedAt = 1_769_860_800_000_001, Redelivered = false,
        },
        ["Folded"] = new Folded { NeedsState = false, State = [1, 2, 3], Version = 9, Deltas = [Version, Tombstone], TooLate = [1], Counts = Counts },
        ["DeltaFeedBatch"] = new DeltaFeedBatch { Dimension = "customer", Deltas = [Version, Tombstone] },
    };

    private readonly Serializer _serializer = new ServiceCollection().AddSerializer().BuildServiceProvider().GetRequiredService<Serializer>();

    public static TheoryData<string> Names => [.. Messages.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void Old_bytes_stay_readable(string name)
    {
        var message = _serializer.Deserialize<object>(Snapshot(name))!;

        Assert.Equal(Messages[name].GetType(), message.GetType());
        Assert.Equal(Text(Messages[name]), Text(message));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void What_is_written_today_is_what_was_written_then(string name) =>
        Assert.Equal(Convert.ToHexString(Snapshot(name)), Convert.ToHexString(_serializer.SerializeToArray<object>(Messages[name])));

    private byte[] Snapshot(string name)
    {
        var path = Path.Combine(AppContext.BaseDirectory, "Wire", name + ".hex");
        Assert.True(File.Exists(path), $"There is no snapshot of {name} yet. Wire/{name}.hex would be {Convert.ToHexString(_serializer.SerializeToArray<object>(Messages[name]))}");
        return Convert.FromHexString(File.ReadAllText(path).ReplaceLineEndings(""));
    }

    private static string Text(object message) => JsonSerializer.Serialize(message, message.GetType());
}
