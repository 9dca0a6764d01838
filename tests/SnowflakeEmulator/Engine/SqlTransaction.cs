namespace CustomerTrack.SnowflakeEmulator;

/// <summary>An open transaction of a session.</summary>
internal sealed class SqlTransaction(long id, int procedureDepth)
{
    public long Id { get; } = id;

    /// <summary>The procedure it began in; 0 outside of procedures.</summary>
    public int ProcedureDepth { get; } = procedureDepth;

    /// <summary>The tables that rows were added to.</summary>
    public HashSet<long> Inserted { get; } = [];

    /// <summary>The streams that DML has read.</summary>
    public HashSet<StreamObject> Consumed { get; } = [];

    public List<IDisposable> Locks { get; } = [];

    public HashSet<long> Locked { get; } = [];
}
