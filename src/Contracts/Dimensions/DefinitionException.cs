namespace CustomerTrack.Dimensions;

/// <summary>One or more definitions are wrong. All that is wrong with them is reported at once.</summary>
public sealed class DefinitionException(IReadOnlyList<string> errors)
    : Exception(string.Join(Environment.NewLine, errors))
{
    /// <summary>Each with file, JSON path, what was found and what is allowed: <c>customer.json: $.columns.age.type: 'int' is not a type; allowed: …</c></summary>
    public IReadOnlyList<string> Errors { get; } = errors;
}
