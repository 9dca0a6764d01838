using System.Buffers.Text;
using System.Text;

namespace CustomerTrack.Generator;

/// <summary>Keys, numbers and times as ASCII, which CSV and JSON spell alike.</summary>
internal sealed class Utf8Fields(FeedPlan plan)
{
    private static readonly byte[][] BadSequences = [[], "not-a-date"u8.ToArray(), "2024-13-45T99:00:00Z"u8.ToArray(), "yesterday"u8.ToArray()];

    private const long MicrosecondsPerDay = 86_400_000_000;
    private const long FutureYears = 900 * 365 * MicrosecondsPerDay;

    private readonly byte[] _date = new byte[11];
    private long _day = long.MinValue;

    /// <summary>The person's key, nothing for a row without one.</summary>
    public void Key(in FeedRow row, ByteBuffer target)
    {
        if (row.Dirty == DirtyKind.NullKey)
        {
            return;
        }

        if (plan.IntegerKey)
        {
            Number(row.Person + 1, target);
            return;
        }

        var room = target.Room(9);
        room[0] = (byte)'C';
        Digits(room.Slice(1, 8), row.Person + 1);
        target.Took(9);
    }

    public void Sequence(in FeedRow row, ByteBuffer target)
    {
        switch (row.Dirty)
        {
            case DirtyKind.BadSequence:
                target.Add(BadSequences[row.Spelling % BadSequences.Length]);
                break;
            case DirtyKind.FutureSequence:
                Timestamp(row.At + FutureYears, target);
                break;
            default:
                Timestamp(row.At, target);
                break;
        }
    }

    public static void Number(long value, ByteBuffer target)
    {
        Utf8Formatter.TryFormat(value, target.Room(20), out var used);
        target.Took(used);
    }

    /// <summary>A street with its house, or an address; <paramref name="name"/> is the street's name in the file's spelling.</summary>
    public static void Street(ushort house, ReadOnlySpan<byte> name, ByteBuffer target)
    {
        Number(house, target);
        target.Add((byte)' ');
        target.Add(name);
    }

    public static void Email(Vocabulary vocabulary, Profile profile, ByteBuffer target)
    {
        target.Add(vocabulary.LastNames[profile.EmailLast].Slug);
        Number(profile.EmailNumber, target);
        target.Add((byte)'@');
        target.Add(vocabulary.Providers[profile.EmailProvider].Csv);
    }

    private void Timestamp(long microseconds, ByteBuffer target)
    {
        var day = microseconds / MicrosecondsPerDay;
        if (day != _day)
        {
            // Neighbouring rows are of one day nearly always.
            var date = DateTime.UnixEpoch.AddDays(day);
            Encoding.ASCII.GetBytes(date.ToString("yyyy-MM-dd'T'", System.Globalization.CultureInfo.InvariantCulture), _date);
            _day = day;
        }

        var rest = microseconds - (day * MicrosecondsPerDay);
        var seconds = (int)(rest / 1_000_000);
        var room = target.Room(27);
        _date.CopyTo(room);
        Digits(room.Slice(11, 2), seconds / 3600);
        room[13] = (byte)':';
        Digits(room.Slice(14, 2), seconds / 60 % 60);
        room[16] = (byte)':';
        Digits(room.Slice(17, 2), seconds % 60);
        room[19] = (byte)'.';
        Digits(room.Slice(20, 6), (int)(rest % 1_000_000));
        room[26] = (byte)'Z';
        target.Took(27);
    }

    private static void Digits(Span<byte> target, int value)
    {
        for (var i = target.Length - 1; i >= 0; i--)
        {
            target[i] = (byte)('0' + (value % 10));
            value /= 10;
        }
    }
}
