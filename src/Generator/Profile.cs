namespace CustomerTrack.Generator;

/// <summary>
/// Everything true of a person at one time, as indexes into the <see cref="Vocabulary"/>: 16 bytes, so that millions of
/// biography entries fit. Equal profiles have equal texts.
/// </summary>
internal readonly record struct Profile
{
    public const ushort None = ushort.MaxValue;

    public ushort First { get; init; }

    public ushort Last { get; init; }

    /// <summary>The last name when the address was taken: people keep their e-mail when they marry.</summary>
    public ushort EmailLast { get; init; }

    /// <summary><see cref="None"/> without an e-mail; the other parts of it are zero then.</summary>
    public ushort EmailNumber { get; init; }

    /// <summary><see cref="None"/> without a known street; the house is zero then.</summary>
    public ushort Street { get; init; }

    public ushort House { get; init; }

    public ushort City { get; init; }

    public byte EmailProvider { get; init; }

    /// <summary>The person has left; the rest is what was true last.</summary>
    public bool Gone { get; init; }
}
