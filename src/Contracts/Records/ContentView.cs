namespace CustomerTrack.Records;

/// <summary>The three sections of an encoded content, without copying. See <see cref="ContentWriter"/> for the layout.</summary>
public readonly ref struct ContentView
{
    /// <exception cref="InvalidDataException">The content is cut off.</exception>
    public ContentView(ReadOnlySpan<byte> content)
    {
        var position = 0;
        var tracked = (int)Varint.ReadUnsigned(content, ref position);
        var latest = (int)Varint.ReadUnsigned(content, ref position);
        if (tracked < 0 || latest < 0 || tracked + latest > content.Length - position)
        {
            throw new InvalidDataException("An encoded content is cut off.");
        }

        Tracked = content.Slice(position, tracked);
        Latest = content.Slice(position + tracked, latest);
        Overwrite = content[(position + tracked + latest)..];
        All = content[position..];
    }

    /// <summary>The columns whose change opens a version.</summary>
    public ReadOnlySpan<byte> Tracked { get; }

    public ReadOnlySpan<byte> Latest { get; }

    public ReadOnlySpan<byte> Overwrite { get; }

    /// <summary>The sections one after the other, for a <see cref="ContentReader"/>.</summary>
    public ReadOnlySpan<byte> All { get; }
}
