namespace CustomerTrack.SnowflakeEmulator;

/// <summary>What <c>ALTER … MODIFY COLUMN</c> does to the column.</summary>
internal abstract record ColumnChange
{
    internal sealed record SetPolicy(ObjectName Policy, bool Force) : ColumnChange;

    internal sealed record UnsetPolicy : ColumnChange;

    internal sealed record SetTags(IReadOnlyList<(ObjectName Tag, string Value)> Tags) : ColumnChange;

    internal sealed record UnsetTags(IReadOnlyList<ObjectName> Tags) : ColumnChange;

    internal sealed record Comment(string Text) : ColumnChange;

    internal sealed record DropNotNull : ColumnChange;

    internal sealed record SetNotNull : ColumnChange;
}
