namespace CustomerTrack.Storage;

/// <summary>Counts the reads under way, so that the database, which is native memory, is not closed below one of them.</summary>
internal sealed class OpenReads : IDisposable
{
    private readonly ManualResetEventSlim _none = new();
    private int _count = 1;
    private volatile bool _closing;

    /// <exception cref="ObjectDisposedException">The store is closed.</exception>
    public Open Enter()
    {
        var count = Volatile.Read(ref _count);
        while (true)
        {
            ObjectDisposedException.ThrowIf(count == 0 || _closing, typeof(RocksDbStateStore));
            var seen = Interlocked.CompareExchange(ref _count, count + 1, count);
            if (seen == count)
            {
                return new(this);
            }

            count = seen;
        }
    }

    /// <summary>Lets no new read in and returns when the last one is over. Called once.</summary>
    public void Dispose()
    {
        _closing = true;
        Exit();
        _none.Wait();
        _none.Dispose();
    }

    private void Exit()
    {
        if (Interlocked.Decrement(ref _count) == 0)
        {
            _none.Set();
        }
    }

    /// <summary>One read.</summary>
    public readonly struct Open(OpenReads reads) : IDisposable
    {
        public void Dispose() => reads.Exit();
    }
}
