namespace CustomerTrack.SnowflakeEmulator;

/// <summary>The value of a property: a scalar, a list of scalars, or properties in parentheses.</summary>
internal sealed record PropertyValue(string? Scalar, IReadOnlyList<string>? List, PropertySet? Nested)
{
    /// <summary>The text for SHOW and DESC.</summary>
    public string Display => Scalar ?? (List is not null ? string.Join(",", List) : "(...)");
}
