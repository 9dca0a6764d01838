namespace CustomerTrack.Dimensions;

/// <summary>
/// The column that says what a record does, and its values. Null, an empty value and <see cref="UpsertValues"/> mean an upsert;
/// any other value that is in no list is an error.
/// </summary>
public sealed record OperationDefinition
{
    /// <summary>The values that always mean an upsert.</summary>
    public static IReadOnlyList<string> UpsertValues { get; } = ["u", "U", "c", "r", "i", "I", "upsert", "insert", "update"];

    public required string Column { get; init; }

    /// <summary>Values that end the key's current version.</summary>
    public IReadOnlyList<string> Delete { get; init; } = [];

    /// <summary>Values that end every open version of the dimension.</summary>
    public IReadOnlyList<string> Truncate { get; init; } = [];

    /// <summary>Values that remove a key's past for ever.</summary>
    public IReadOnlyList<string> Erase { get; init; } = [];
}
