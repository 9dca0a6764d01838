namespace CustomerTrack.Dimensions;

/// <summary>
/// A validated dimension: what identifies a key, what orders its records and which columns make a version.
/// Made by the definition reader; immutable.
/// </summary>
public sealed class DimensionDefinition
{
    private readonly IReadOnlyList<Column> _columns = [];

    /// <summary>Lower case identifier; names the folders and tables.</summary>
    public required string Name { get; init; }

    /// <summary>The columns of the business key, in order. Text unless the definition types them.</summary>
    public required IReadOnlyList<Column> Key { get; init; }

    public required SequenceDefinition Sequence { get; init; }

    /// <summary>An int64 column that orders equal sequences, or null: then the row number inside one file does.</summary>
    public string? OrdinalColumn { get; init; }

    /// <summary>Null when the feed knows only upserts.</summary>
    public OperationDefinition? Operation { get; init; }

    /// <summary>A column that a record does not have keeps the value so far instead of becoming null (partial records).</summary>
    public bool KeepMissing { get; init; }

    /// <summary>An explicit null keeps the value so far as well. Only with <see cref="KeepMissing"/>.</summary>
    public bool KeepNull { get; init; }

    /// <summary>The data columns in the definition's order, key columns not among them. This is the order in tables and files.</summary>
    public required IReadOnlyList<Column> Columns
    {
        get => _columns;
        init
        {
            _columns = value;
            var slots = new List<int>(value.Count);
            foreach (var mode in (ReadOnlySpan<HistoryMode>)[HistoryMode.Track, HistoryMode.Latest, HistoryMode.Overwrite])
            {
                for (var i = 0; i < value.Count; i++)
                {
                    if (value[i].History == mode)
                    {
                        slots.Add(i);
                    }
                }

                if (mode == HistoryMode.Track)
                {
                    TrackedCount = slots.Count;
                }
                else if (mode == HistoryMode.Latest)
                {
                    LatestCount = slots.Count - TrackedCount;
                }
            }

            SlotOrder = slots;
        }
    }

    /// <summary>The order of the columns inside a record's content: tracked, latest, overwrite; each an index into <see cref="Columns"/>.</summary>
    public IReadOnlyList<int> SlotOrder { get; private init; } = [];

    /// <summary>How many of <see cref="SlotOrder"/>'s first entries are tracked.</summary>
    public int TrackedCount { get; private init; }

    /// <summary>How many entries of <see cref="SlotOrder"/> after the tracked ones are <see cref="HistoryMode.Latest"/>.</summary>
    public int LatestCount { get; private init; }

    /// <summary>Names of personal columns (key columns may be among them): never logged, masked for people without the role.</summary>
    public IReadOnlySet<string> Pii { get; init; } = new HashSet<string>();

    /// <summary>
    /// How far behind the newest sequence of its key a new record may be, in units of the sequence (microseconds for
    /// timestamps); an older one is quarantined as <c>too_late</c>. Null: everything is kept.
    /// </summary>
    public long? Lateness { get; init; }

    /// <summary>How far ahead of the clock a timestamp sequence may be before the record is quarantined as <c>future_sequence</c>. Default: 5 minutes.</summary>
    public TimeSpan MaxFutureSkew { get; init; } = TimeSpan.FromMinutes(5);

    public UnknownColumns UnknownColumns { get; init; }
}
