namespace CustomerTrack.SnowflakeEmulator;

/// <summary>A column in CREATE TABLE or ALTER TABLE … ADD COLUMN.</summary>
/// <param name="Default">The default's expression as text; null for none.</param>
internal sealed record ColumnDefinition(string Name, DataType Type, bool NotNull, string? Default, string? Comment, ObjectName? Policy, IReadOnlyList<(ObjectName Tag, string Value)> Tags);
