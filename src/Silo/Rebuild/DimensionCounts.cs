namespace CustomerTrack.Rebuild;

/// <summary>What was rebuilt of a dimension, and from what.</summary>
internal sealed record DimensionCounts
{
    public required string Dimension { get; init; }

    /// <summary>Customers with a state.</summary>
    public long Customers { get; set; }

    /// <summary>Of these, all of whose records were there: in archived files, or in the states in use.</summary>
    public long FromRecords { get; set; }

    /// <summary>Of these, of whom only the lake knew.</summary>
    public long FromLake { get; set; }

    /// <summary>Of these, who had records, and rows in the lake that none of them explains.</summary>
    public long FromBoth { get; set; }

    /// <summary>Of these, whose revisions the lake had twice: all their rows were given out anew.</summary>
    public long Forked { get; set; }

    /// <summary>Archived and claimed files that were read.</summary>
    public long Files { get; set; }

    /// <summary>Records in them.</summary>
    public long Records { get; set; }

    /// <summary>Rows in them that the quarantine lists, or that are behind the lateness horizon.</summary>
    public long LeftOut { get; set; }

    /// <summary>Names of files that the lake's rows come from and that were not among them: pruned, or read by states that are lost.</summary>
    public long MissingFiles { get; set; }

    /// <summary>Files nothing of which could be read, with why.</summary>
    public List<string> Unreadable { get; } = [];

    /// <summary>Rows the lake lacked, or showed otherwise.</summary>
    public long Written { get; set; }

    /// <summary>Rows the lake shows and that are none.</summary>
    public long Retracted { get; set; }
}
