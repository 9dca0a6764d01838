namespace CustomerTrack.Generator;

/// <summary>The format of the files a feed writes.</summary>
public enum FeedFormat : byte
{
    /// <summary>Comma separated with a header; an empty unquoted field is null.</summary>
    Csv,

    /// <summary>One flat JSON object a line.</summary>
    Ndjson,
}
