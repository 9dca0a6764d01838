using System.Collections.Immutable;

namespace CustomerTrack.SnowflakeEmulator;

/// <summary>A column of a table or a view.</summary>
/// <param name="Policy">The masking policy set on the column; null for none.</param>
internal sealed record TableColumn(string Name, DataType Type, bool NotNull, string? Default, string? Comment, ObjectName? Policy, ImmutableDictionary<string, string> Tags);
