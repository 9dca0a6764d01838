namespace CustomerTrack.Dimensions;

/// <summary>The column that says what a record does, and its values. A value that is in no list is an upsert.</summary>
public sealed record OperationDefinition
{
    public required string Column { get; init; }

    /// <summary>Values that end the key's current version.</summary>
    public IReadOnlyList<string> Delete { get; init; } = [];

    /// <summary>Values that end every open version of the dimension.</summary>
    public IReadOnlyList<string> Truncate { get; init; } = [];

    /// <summary>Values that remove a key's past for ever.</summary>
    public IReadOnlyList<string> Erase { get; init; } = [];
}
