using CustomerTrack.Records;

namespace CustomerTrack.Detect;

/// <summary>
/// The bytes of a customer's state. The first byte is the format's version; every version that was ever written stays
/// readable. Contents are not copied when a state is decoded: they point into its bytes.
/// </summary>
internal static class TimelineCodec
{
    private const byte Format1 = 1;

    // The flags of a candidate; the emitted code sits in the two lowest bits of a moment's first candidate.
    private const int EmittedMask = 0b0000_0011;
    private const int DeleteFlag = 0b0000_0100;
    private const int SameContentFlag = 0b0000_1000;
    private const int OrdinalFlag = 0b0001_0000;
    private const int OthersFlag = 0b0010_0000;
    private const int ResetsFlag = 0b0100_0000;

    /// <summary>The count of states in an encoded state, without decoding the rest.</summary>
    public static long VersionOf(ReadOnlySpan<byte> state)
    {
        var position = 1;
        return state.IsEmpty ? 0 : (long)Varint.ReadUnsigned(state, ref position);
    }

    /// <summary>Decodes into <paramref name="timeline"/>; no bytes are a customer never heard of.</summary>
    /// <exception cref="InvalidDataException">The bytes are not a state this version can read.</exception>
    public static void Decode(ReadOnlyMemory<byte> state, Timeline timeline)
    {
        timeline.Clear();
        if (state.IsEmpty)
        {
            return;
        }

        var bytes = state.Span;
        if (bytes[0] != Format1)
        {
            throw new InvalidDataException($"A customer's state has format {bytes[0]}; this version reads format {Format1}.");
        }

        var position = 1;
        timeline.Version = (long)Varint.ReadUnsigned(bytes, ref position);
        timeline.Revision = (long)Varint.ReadUnsigned(bytes, ref position);
        var count = (int)Varint.ReadUnsigned(bytes, ref position);
        var previous = default(Moment);
        for (var i = 0; i < count; i++)
        {
            var flags = (int)bytes[position++];
            var moment = new Moment { Sequence = previous.Sequence + Varint.ReadSigned(bytes, ref position) };
            moment.First = ReadCandidate(state, ref position, flags, previous.First);
            moment.RecordedAt = previous.RecordedAt;
            if ((flags & EmittedMask) != 0)
            {
                moment.Emitted = (RowState)((flags & EmittedMask) - 1);
                moment.Revision = (long)Varint.ReadUnsigned(bytes, ref position);
                moment.RecordedAt += Varint.ReadSigned(bytes, ref position);
            }

            if ((flags & OthersFlag) != 0)
            {
                moment.Others = new Candidate[(int)Varint.ReadUnsigned(bytes, ref position)];
                for (var j = 0; j < moment.Others.Length; j++)
                {
                    flags = bytes[position++];
                    moment.Others[j] = ReadCandidate(state, ref position, flags, moment.First);
                }
            }

            timeline.Moments.Add(moment);
            previous = moment;
        }
    }

    /// <summary>Encodes the whole timeline as the state after its present one.</summary>
    public static byte[] Encode(Timeline timeline, ref byte[] buffer)
    {
        var position = 0;
        Reserve(ref buffer, 0, 64);
        buffer[position++] = Format1;
        position += Varint.WriteUnsigned(buffer.AsSpan(position), (ulong)timeline.Version);
        position += Varint.WriteUnsigned(buffer.AsSpan(position), (ulong)timeline.Revision);
        position += Varint.WriteUnsigned(buffer.AsSpan(position), (ulong)timeline.Moments.Count);
        var previous = default(Moment);
        foreach (ref readonly var moment in System.Runtime.InteropServices.CollectionsMarshal.AsSpan(timeline.Moments))
        {
            Reserve(ref buffer, position, moment.First.Content.Length + 128);
            var flags = (moment.Revision == 0 ? 0 : (int)moment.Emitted + 1) | (moment.Others is { Length: > 0 } ? OthersFlag : 0);
            flags |= FlagsOf(moment.First, previous.First);
            buffer[position++] = (byte)flags;
            position += Varint.WriteSigned(buffer.AsSpan(position), moment.Sequence - previous.Sequence);
            position = WriteCandidate(buffer, position, flags, moment.First, previous.First);
            var recordedAt = previous.RecordedAt;
            if (moment.Revision != 0)
            {
                position += Varint.WriteUnsigned(buffer.AsSpan(position), (ulong)moment.Revision);
                position += Varint.WriteSigned(buffer.AsSpan(position), moment.RecordedAt - recordedAt);
                recordedAt = moment.RecordedAt;
            }

            if ((flags & OthersFlag) != 0)
            {
                position += Varint.WriteUnsigned(buffer.AsSpan(position), (ulong)moment.Others!.Length);
                foreach (ref readonly var other in moment.Others.AsSpan())
                {
                    Reserve(ref buffer, position, other.Content.Length + 128);
                    flags = FlagsOf(other, moment.First);
                    buffer[position++] = (byte)flags;
                    position = WriteCandidate(buffer, position, flags, other, moment.First);
                }
            }

            previous = moment;
            previous.RecordedAt = recordedAt;
        }

        return buffer.AsSpan(0, position).ToArray();
    }

    private static int FlagsOf(in Candidate candidate, in Candidate previous)
    {
        var flags = candidate.Kind == RecordKind.Delete ? DeleteFlag : 0;
        flags |= candidate.Ordinal != Record.NoOrdinal ? OrdinalFlag : 0;
        flags |= candidate.Resets ? ResetsFlag : 0;
        return candidate.Content.Length > 0 && candidate.Content.Span.SequenceEqual(previous.Content.Span) ? flags | SameContentFlag : flags;
    }

    private static int WriteCandidate(byte[] buffer, int position, int flags, in Candidate candidate, in Candidate previous)
    {
        position += Varint.WriteSigned(buffer.AsSpan(position), candidate.File - previous.File);
        position += Varint.WriteUnsigned(buffer.AsSpan(position), (ulong)candidate.Row);
        if ((flags & OrdinalFlag) != 0)
        {
            position += Varint.WriteSigned(buffer.AsSpan(position), candidate.Ordinal);
        }

        if ((flags & (SameContentFlag | DeleteFlag)) == 0)
        {
            position += Varint.WriteUnsigned(buffer.AsSpan(position), (ulong)candidate.Content.Length);
            candidate.Content.Span.CopyTo(buffer.AsSpan(position));
            position += candidate.Content.Length;
        }

        return position;
    }

    private static Candidate ReadCandidate(ReadOnlyMemory<byte> state, ref int position, int flags, in Candidate previous)
    {
        var bytes = state.Span;
        var candidate = new Candidate
        {
            Kind = (flags & DeleteFlag) != 0 ? RecordKind.Delete : RecordKind.Upsert,
            Resets = (flags & ResetsFlag) != 0,
            File = previous.File + Varint.ReadSigned(bytes, ref position),
            Row = (long)Varint.ReadUnsigned(bytes, ref position),
            Ordinal = (flags & OrdinalFlag) != 0 ? Varint.ReadSigned(bytes, ref position) : Record.NoOrdinal,
        };
        if ((flags & SameContentFlag) != 0)
        {
            candidate.Content = previous.Content;
        }
        else if ((flags & DeleteFlag) == 0)
        {
            var length = (int)Varint.ReadUnsigned(bytes, ref position);
            candidate.Content = state.Slice(position, length);
            position += length;
        }

        return candidate;
    }

    private static void Reserve(ref byte[] buffer, int position, int bytes)
    {
        if (buffer.Length - position < bytes)
        {
            Array.Resize(ref buffer, Math.Max(buffer.Length * 2, position + bytes));
        }
    }
}
