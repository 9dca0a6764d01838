namespace CustomerTrack.Cli.Output;

/// <summary>How rows are printed.</summary>
internal enum ResultFormat : byte
{
    /// <summary>For people.</summary>
    Table,

    /// <summary>RFC 4180 with a header; null is empty, an empty text is <c>""</c>.</summary>
    Csv,

    /// <summary>An array of objects, one a line.</summary>
    Json,
}
