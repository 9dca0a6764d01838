namespace CustomerTrack.Dimensions;

/// <summary>One column of a dimension.</summary>
public sealed record Column(string Name, ColumnType Type, HistoryMode History = HistoryMode.Track);
