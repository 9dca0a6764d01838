namespace CustomerTrack.Dimensions;

/// <summary>The types a column can have. Equality is by value, so every kind has exactly one canonical encoding.</summary>
public enum ColumnKind : byte
{
    Text,
    Int64,
    Decimal,
    Double,
    Boolean,
    Date,
    Timestamp,
    Json,
}
