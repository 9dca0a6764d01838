using CustomerTrack.State;

namespace CustomerTrack.Cluster;

/// <summary>A board in memory. Each silo sees it through a window of its own, which can be shut as a network can.</summary>
internal sealed class MemoryBoard
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, string> _seats = new(StringComparer.Ordinal);
    private readonly Dictionary<string, byte[]> _notes = new(StringComparer.Ordinal);

    /// <summary>Who has the seat.</summary>
    public string? this[string seat]
    {
        get
        {
            lock (_lock)
            {
                return _seats.GetValueOrDefault(seat);
            }
        }
    }

    /// <summary>Gives the seat to somebody without asking its holder.</summary>
    public void Give(string seat, string holder)
    {
        lock (_lock)
        {
            _seats[seat] = holder;
        }
    }

    public sealed class Window(MemoryBoard board) : IClusterBoard
    {
        public bool IsShut { get; set; }

        public ValueTask<string?> GetSeatAsync(string seat, CancellationToken cancellationToken)
        {
            Check(cancellationToken);
            return new(board[seat]);
        }

        public ValueTask<bool> TryTakeSeatAsync(string seat, string holder, string? instead, CancellationToken cancellationToken)
        {
            Check(cancellationToken);
            lock (board._lock)
            {
                if (board._seats.GetValueOrDefault(seat) is { } now && now != holder && now != instead)
                {
                    return new(false);
                }

                board._seats[seat] = holder;
                return new(true);
            }
        }

        public ValueTask LeaveSeatAsync(string seat, string holder, CancellationToken cancellationToken)
        {
            Check(cancellationToken);
            lock (board._lock)
            {
                if (board._seats.GetValueOrDefault(seat) == holder)
                {
                    board._seats.Remove(seat);
                }
            }

            return ValueTask.CompletedTask;
        }

        public ValueTask PostAsync(string name, ReadOnlyMemory<byte> note, TimeSpan keep, CancellationToken cancellationToken)
        {
            Check(cancellationToken);
            lock (board._lock)
            {
                board._notes[name] = note.ToArray();
            }

            return ValueTask.CompletedTask;
        }

        public ValueTask<byte[]?[]> ReadAsync(IReadOnlyList<string> names, CancellationToken cancellationToken)
        {
            Check(cancellationToken);
            lock (board._lock)
            {
                return new([.. names.Select(name => board._notes.GetValueOrDefault(name))]);
            }
        }

        private void Check(CancellationToken cancellationToken)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (IsShut)
            {
                throw new StateStoreException("The board is away: its window is shut.", new IOException("No route to host."));
            }
        }
    }
}
