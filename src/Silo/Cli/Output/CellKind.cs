namespace CustomerTrack.Cli.Output;

/// <summary>How a cell is written as JSON.</summary>
internal enum CellKind : byte
{
    Null,
    Text,

    /// <summary>The text is a JSON number.</summary>
    Number,

    /// <summary>The text is <c>true</c> or <c>false</c>.</summary>
    Boolean,
}
