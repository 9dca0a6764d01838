using CustomerTrack.Records;

namespace CustomerTrack.Detect;

/// <summary>One row of the history as the fold sees it: a maximal run of equal tracked columns, or a gap.</summary>
internal struct RowImage
{
    public long From;
    public long? To;
    public RowState State;

    /// <summary>The tracked columns, equal over the whole run.</summary>
    public ReadOnlyMemory<byte> Tracked;

    /// <summary>The run's newest values of the columns that do not open versions.</summary>
    public ReadOnlyMemory<byte> Latest;

    /// <summary>The key's newest values of the columns that are restated everywhere.</summary>
    public ReadOnlyMemory<byte> Overwrite;

    /// <summary>The moment the run starts with.</summary>
    public int Moment;

    public readonly bool LooksLike(in RowImage other) =>
        To == other.To
        && SaysSame(other);

    /// <summary>The same but for the end.</summary>
    public readonly bool SaysSame(in RowImage other) =>
        State == other.State
        && Tracked.Span.SequenceEqual(other.Tracked.Span)
        && Latest.Span.SequenceEqual(other.Latest.Span)
        && Overwrite.Span.SequenceEqual(other.Overwrite.Span);

    /// <summary>The row's content, all sections in one.</summary>
    public readonly byte[] Assemble()
    {
        Span<byte> head = stackalloc byte[2 * Varint.MaxLength64];
        var length = Varint.WriteUnsigned(head, (ulong)Tracked.Length);
        length += Varint.WriteUnsigned(head[length..], (ulong)Latest.Length);
        var content = new byte[length + Tracked.Length + Latest.Length + Overwrite.Length];
        head[..length].CopyTo(content);
        Tracked.Span.CopyTo(content.AsSpan(length));
        Latest.Span.CopyTo(content.AsSpan(length + Tracked.Length));
        Overwrite.Span.CopyTo(content.AsSpan(length + Tracked.Length + Latest.Length));
        return content;
    }
}
