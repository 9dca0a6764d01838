using System.Collections.Concurrent;

namespace CustomerTrack.SnowflakeEmulator;

/// <summary>One transaction at a time changes a table's rows, or consumes a stream; the others wait.</summary>
internal sealed class TableLocks(TimeSpan timeout)
{
    private readonly ConcurrentDictionary<long, SemaphoreSlim> _locks = new();

    public void Take(SqlTransaction transaction, IEnumerable<long> ids)
    {
        foreach (var id in ids.Order())
        {
            if (!transaction.Locked.Add(id))
                continue;
            var gate = _locks.GetOrAdd(id, _ => new SemaphoreSlim(1));
            if (!gate.Wait(timeout))
            {
                transaction.Locked.Remove(id);
                throw new SqlException("000625", "57014", "Statement aborted: its transaction waited too long for a lock that another transaction holds.");
            }
            transaction.Locks.Add(new Held(gate));
        }
    }

    private sealed class Held(SemaphoreSlim gate) : IDisposable
    {
        public void Dispose() => gate.Release();
    }
}
