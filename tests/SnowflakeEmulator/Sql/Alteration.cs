namespace CustomerTrack.SnowflakeEmulator;

/// <summary>What ALTER does.</summary>
internal abstract record Alteration
{
    internal sealed record Set(PropertySet Properties) : Alteration;

    internal sealed record Unset(IReadOnlyList<string> Names) : Alteration;

    internal sealed record SetTags(IReadOnlyList<(ObjectName Tag, string Value)> Tags) : Alteration;

    internal sealed record UnsetTags(IReadOnlyList<ObjectName> Tags) : Alteration;

    internal sealed record Resume(bool IfSuspended) : Alteration;

    internal sealed record Suspend : Alteration;

    internal sealed record AddColumns(IReadOnlyList<ColumnDefinition> Columns, bool IfNotExists) : Alteration;

    internal sealed record DropColumns(IReadOnlyList<string> Columns, bool IfExists) : Alteration;

    internal sealed record Column(string Name, ColumnChange Change) : Alteration;

    internal sealed record RefreshPipe(string Prefix) : Alteration;

    internal sealed record TaskBody(string Definition) : Alteration;

    internal sealed record TaskCondition(string Condition) : Alteration;

    internal sealed record TagPolicy(ObjectName? Policy, bool Force, bool Remove) : Alteration;

    internal sealed record AllowedValues(IReadOnlyList<string> Values, bool Drop) : Alteration;

    internal sealed record PolicyBody(string Expression) : Alteration;

    internal sealed record Rename(ObjectName To) : Alteration;
}
