namespace CustomerTrack.Ingest;

/// <summary>Where the bytes of a field are: in the row, or (unescaped) in the row's scratch.</summary>
internal readonly record struct Field(FieldKind Kind, int Start, int Length, bool InScratch = false);
