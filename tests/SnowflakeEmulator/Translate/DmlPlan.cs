namespace CustomerTrack.SnowflakeEmulator;

/// <summary>A translated INSERT, UPDATE, DELETE or MERGE.</summary>
/// <param name="Sql">For the transaction's id, <see cref="TransactionMark"/> stands.</param>
internal sealed record DmlPlan(string Verb, TableObject Target, string Sql)
{
    public const string TransactionMark = "/*tx*/0";

    /// <summary>Runs before: must return no row, else the statement is not deterministic.</summary>
    public string? Check { get; init; }

    /// <summary>Runs before: keeps rows for append-only streams that have not seen them.</summary>
    public string? KeepForStreams { get; init; }

    /// <summary>The result's columns, one per kind of change, in Snowflake's order.</summary>
    public required IReadOnlyList<string> Counts { get; init; }

    /// <summary>The target's rows are changed and not only added: one transaction at a time may do that.</summary>
    public bool Locks => Verb != "INSERT";

    public bool Inserts => Verb is "INSERT" or "MERGE";
}
