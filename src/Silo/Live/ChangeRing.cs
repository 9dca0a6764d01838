namespace CustomerTrack.Live;

/// <summary>
/// The newest changes of a dimension under rising numbers. Watchers read from it at their own pace; it never waits for them, and what it
/// had to forget they are told as a number. So its memory is bounded however many watch and however slow they are.
/// </summary>
internal sealed class ChangeRing(int capacity)
{
    /// <summary>What all of it may take: changes with long texts push others out before there are <c>capacity</c> of them.</summary>
    public const long MaxBytes = 64 * 1024 * 1024;

    private readonly Lock _gate = new();
    private readonly Change?[] _changes = new Change?[capacity];
    private TaskCompletionSource _more = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Dictionary<long, string> _gaps = [];
    private long _first = 1;
    private long _next = 1;
    private long _bytes;
    private bool _isClosed;

    /// <summary>The number the next change gets; the first is 1.</summary>
    public long Next
    {
        get
        {
            lock (_gate)
            {
                return _next;
            }
        }
    }

    public void Append(IReadOnlyList<Change> changes)
    {
        TaskCompletionSource more;
        lock (_gate)
        {
            foreach (var change in changes)
            {
                Put(change);
                for (_bytes += change.Bytes; _bytes > MaxBytes && _first < _next - 1;)
                {
                    Forget();
                }
            }

            more = _more;
            _more = new(TaskCreationOptions.RunContinuationsAsynchronously);
        }

        more.SetResult();
    }

    /// <summary>Changes may be missing between those before and those that come: it has a number as a change has.</summary>
    public void AppendGap(string why)
    {
        lock (_gate)
        {
            _gaps[_next] = why;
            Put(null);
        }

        Append([]);
    }

    /// <summary>Nothing more will come.</summary>
    public void Close()
    {
        lock (_gate)
        {
            _isClosed = true;
        }

        Append([]);
    }

    /// <summary>What there is from a number on, <paramref name="most"/> changes of it.</summary>
    public RingPage Read(long from, int most)
    {
        lock (_gate)
        {
            var first = Math.Max(from, _first);
            if (most > 0 && _gaps.TryGetValue(first, out var gap))
            {
                return new(first, first - from, [], IsLast: false, gap);
            }

            if (_gaps.Count > 0)
            {
                most = (int)Math.Min(most, _gaps.Keys.Where(number => number > first).DefaultIfEmpty(_next).Min() - first);
            }

            var page = new Change[(int)Math.Clamp(_next - first, 0, most)];
            for (var i = 0; i < page.Length; i++)
            {
                page[i] = _changes[(first + i) % capacity]!;
            }

            return new(first, first - from, page, page.Length == 0 && _isClosed, Gap: null);
        }
    }

    /// <summary>Completes when there is a change with this number, or nothing more will come.</summary>
    public Task WaitAsync(long number)
    {
        lock (_gate)
        {
            return number < _next || _isClosed ? Task.CompletedTask : _more.Task;
        }
    }

    private void Put(Change? change)
    {
        if (_next - _first == capacity)
        {
            Forget();
        }

        _changes[_next++ % capacity] = change;
    }

    private void Forget()
    {
        _gaps.Remove(_first);
        ref var oldest = ref _changes[_first++ % capacity];
        _bytes -= oldest?.Bytes ?? 0;
        oldest = null;
    }
}
