namespace CustomerTrack.Generator;

/// <summary>What a feed wrote. The kinds count first deliveries; copies count as <see cref="Duplicates"/> only.</summary>
public sealed class FeedCounts
{
    public long Rows { get; internal set; }

    public long Files { get; internal set; }

    /// <summary>Rows by kind, dirty ones included, duplicates not.</summary>
    public IReadOnlyDictionary<RowKind, long> ByKind => Enum.GetValues<RowKind>().ToDictionary(kind => kind, kind => Kinds[(int)kind]);

    /// <summary>Dirty rows by what is wrong with them.</summary>
    public IReadOnlyDictionary<DirtyKind, long> ByDirt => Enum.GetValues<DirtyKind>().Where(kind => kind != DirtyKind.None).ToDictionary(kind => kind, kind => Dirts[(int)kind]);

    /// <summary>Exact copies of rows written before.</summary>
    public long Duplicates { get; internal set; }

    /// <summary>Rows that came one or more files after their time.</summary>
    public long Late { get; internal set; }

    /// <summary>Rows that state only some columns.</summary>
    public long Partial { get; internal set; }

    public long Dirty => Kinds[(int)RowKind.Dirty];

    internal long[] Kinds { get; } = new long[Enum.GetValues<RowKind>().Length];

    internal long[] Dirts { get; } = new long[Enum.GetValues<DirtyKind>().Length];
}
