namespace CustomerTrack.SnowflakeEmulator;

/// <summary>A session: who, in which role, with which names; statements in it run one after the other.</summary>
internal sealed class SqlSession : IDisposable
{
    private const string DefaultTimeZone = "America/Los_Angeles";

    private readonly EmulatedAccount _account;

    public SqlSession(EmulatedAccount account, long id, string user, string role)
    {
        _account = account;
        Id = id;
        User = user;
        Role = role;
        Duck = account.Store.Open();
        TimeZone = DefaultTimeZone;
        Duck.Execute($"SET TimeZone = {DuckName.Text(TimeZone)}");
    }

    public long Id { get; }

    public string User { get; }

    public string Role { get; set; }

    public string? Database { get; set; }

    public string? Schema { get; set; }

    public string? Warehouse { get; set; }

    public PropertySet Properties { get; } = new();

    public string TimeZone { get; private set; }

    public DuckSession Duck { get; }

    public SqlTransaction? Transaction { get; set; }

    public int NextBind { get; set; }

    public string? LastQueryId { get; set; }

    /// <summary>The statement in a transaction of a script that fails on purpose; null for none.</summary>
    public int? FailAfter { get; set; }

    public SemaphoreSlim Gate { get; } = new(1);

    public SqlContext Context => new(_account, this, Role, Database, Schema);

    public void Set(PropertySet properties, IReadOnlyList<string> unset)
    {
        Properties.Merge(properties);
        foreach (var name in unset)
            Properties.Remove(name);
        var zone = Properties.Scalar("TIMEZONE") ?? DefaultTimeZone;
        try
        {
            Duck.Execute($"SET TimeZone = {DuckName.Text(zone)}");
            TimeZone = zone;
        }
        catch (SqlException)
        {
            Properties.Remove("TIMEZONE");
            throw SqlException.InvalidValue(zone, "TIMEZONE");
        }
    }

    public void Dispose()
    {
        if (Transaction is not null)
            Transactions.Rollback(this);
        Duck.Dispose();
        Gate.Dispose();
    }
}
