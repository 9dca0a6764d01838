namespace CustomerTrack.SnowflakeEmulator;

/// <summary>Throws the dice, in one seeded sequence.</summary>
internal sealed class FaultPlan(EmulatorClock clock, Counters counters)
{
    private readonly Lock _lock = new();
    private Random _dice = new(0);
    private TimeSpan _awayUntil;

    public FaultOptions Options { get; private set; } = new();

    public int Seed { get; private set; }

    public bool IsAway
    {
        get
        {
            lock (_lock)
                return clock.Real - DateTimeOffset.UnixEpoch < _awayUntil;
        }
    }

    public void Set(FaultOptions options)
    {
        lock (_lock)
        {
            Options = options;
            if (options.Seed != 0 || Seed == 0)
            {
                Seed = options.Seed != 0 ? options.Seed : Environment.TickCount & int.MaxValue;
                _dice = new Random(Seed);
            }
            _awayUntil = clock.Real - DateTimeOffset.UnixEpoch + TimeSpan.FromSeconds(options.AwaySeconds);
        }
    }

    /// <summary>Whether it happens this time; counted under its name.</summary>
    public bool Happens(double probability, string name)
    {
        if (probability <= 0)
            return false;
        bool happens;
        lock (_lock)
            happens = _dice.NextDouble() < probability;
        if (happens)
            counters.Add($"faults.{name}");
        return happens;
    }

    public int Between(int least, int most)
    {
        lock (_lock)
            return _dice.Next(least, most + 1);
    }

    /// <summary>The statement of the script's transactions at which this run of a task fails; null for none.</summary>
    public int? FailureOfTask() => Happens(Options.TaskFailures, "taskFailures") ? Between(1, 8) : null;

    /// <summary>Called before every statement of a script.</summary>
    public static void InScript(SqlContext context)
    {
        var session = context.Session;
        if (session.FailAfter is not { } left || session.Transaction is null)
            return;
        session.FailAfter = left - 1;
        if (left > 1)
            return;
        session.FailAfter = null;
        throw new SqlException("000603", "XX000", "SQL execution internal error:\nProcessing aborted by error 300010:2953206; incident emulated.");
    }
}
