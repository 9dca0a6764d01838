namespace CustomerTrack.Generator;

/// <summary>
/// Reports a population's life as the rows of one file after the other, with everything that goes wrong on the way. Every
/// report that is held back comes out before the feed ends, so what all files say together is exactly the biographies.
/// </summary>
internal sealed class RecordFeed
{
    private const int RecentRows = 1 << 14;
    private const double EmptyDeleteShare = 0.01;

    private readonly FeedPlan _plan;
    private readonly GeneratorOptions _options;
    private readonly Population _population;
    private readonly FeedClock _clock;
    private readonly Dice _dice;
    private readonly FeedRow[] _recent = new FeedRow[RecentRows];
    private readonly List<FeedRow>[] _held;
    private readonly Queue<FeedRow> _overdue = new();
    private readonly Queue<FeedRow> _fresh = new();
    private readonly int[] _ordinals;
    private readonly int _presentAtStart;
    private long _recentCount;
    private long _unmade;
    private int _file;
    private int _room;

    public RecordFeed(FeedPlan plan, Population population, FeedClock clock, Dice dice)
    {
        _plan = plan;
        _options = plan.Options;
        _population = population;
        _clock = clock;
        _dice = dice;
        _held = [.. Enumerable.Range(0, _options.MaxLateFiles + 1).Select(_ => new List<FeedRow>())];
        _ordinals = plan.HasOrdinal ? new int[population.Customers] : [];
        _presentAtStart = (int)Math.Round(_options.PresentAtStart * population.Customers);
        _unmade = _options.Rows == 0 ? long.MaxValue : _options.Rows;
    }

    public FeedCounts Counts { get; } = new();

    /// <summary>Nothing new is made any more; only what was held back still comes.</summary>
    public bool IsDraining => _unmade == 0;

    /// <summary>Ends the feed early: what was held back still comes, nothing new.</summary>
    public void Drain() => _unmade = 0;

    /// <summary>Begins the next file; false when there is nothing left for it. A file may turn out empty.</summary>
    public bool StartFile()
    {
        _file++;
        _room = _plan.RowsPerFile;
        if (IsDraining)
        {
            Array.ForEach(_held, Release);
        }
        else
        {
            Release(_held[_file % _held.Length]);
        }

        return !IsDraining || _fresh.Count > 0 || _overdue.Count > 0;
    }

    /// <summary>The file's next row; false when the file is full or the feed has nothing for it.</summary>
    public bool TryRead(out FeedRow row)
    {
        while (_room > 0)
        {
            if (_fresh.TryDequeue(out row))
            {
                Deliver(row);
                return true;
            }

            if (_overdue.Count > 0 && (IsDraining || _dice.Chance(0.5)))
            {
                row = _overdue.Dequeue();
                Counts.Late++;
                Deliver(row);
                return true;
            }

            if (IsDraining)
            {
                break;
            }

            if (_dice.Chance(_options.DuplicateShare) && _recentCount > 0)
            {
                row = _recent[_dice.Next((int)Math.Min(_recentCount, RecentRows))];
                _unmade--;
                _room--;
                Counts.Rows++;
                Counts.Duplicates++;
                return true;
            }

            Make();
        }

        row = default;
        return false;
    }

    private void Deliver(in FeedRow row)
    {
        _room--;
        Counts.Rows++;
        Counts.Kinds[(int)row.Kind]++;
        Counts.Dirts[(int)row.Dirty]++;
        if (row.Kind != RowKind.Dirty && !row.IsDelete && row.Stated != _plan.AllData)
        {
            Counts.Partial++;
        }

        if (!row.Bound && row.Kind != RowKind.Dirty)
        {
            _recent[_recentCount++ % RecentRows] = row;
        }
    }

    private void Release(List<FeedRow> rows)
    {
        foreach (var row in rows)
        {
            _overdue.Enqueue(row);
        }

        rows.Clear();
    }

    /// <summary>One thing happens, and the one or two rows about it are under way.</summary>
    private void Make()
    {
        // A duplicate was asked for before; the shares of the others are among the rest.
        var pick = _dice.NextDouble() * (1 - _options.DuplicateShare);
        if ((pick -= _options.DirtyShare) < 0)
        {
            _unmade--;
            _fresh.Enqueue(MakeDirty());
        }
        else if (_population.Joined < _presentAtStart)
        {
            Join();
        }
        else if (_population.PresentCount == 0)
        {
            JoinOrReturn();
        }
        else if ((pick -= _options.NoOpShare) < 0)
        {
            Repeat();
        }
        else if ((pick -= _options.UpdateShare) < 0)
        {
            Update();
        }
        else if ((pick -= _options.DeleteShare) < 0)
        {
            Leave();
        }
        else if (_population.CanJoin || WantsReturn())
        {
            JoinOrReturn();
        }
        else if (_dice.NextDouble() * (_options.NoOpShare + _options.UpdateShare) < _options.NoOpShare)
        {
            Repeat();
        }
        else
        {
            Update();
        }
    }

    // The more people are away the likelier one comes back, so that some are always away.
    private bool WantsReturn() => _dice.Chance(_population.GoneCount / (_population.GoneCount + (0.1 * _population.PresentCount)));

    private void JoinOrReturn()
    {
        if (!_population.CanJoin || (_population.GoneCount > 0 && WantsReturn()))
        {
            var person = _population.PickGone();
            var at = _clock.Next();
            _population.Return(person, at);
            Send(Report(person, RowKind.Return, at, _population.Now(person)));
        }
        else
        {
            Join();
        }
    }

    private void Join()
    {
        var at = _clock.Next();
        var person = _population.Join(at);
        Send(Report(person, RowKind.Join, at, _population.Now(person)));
    }

    private void Update()
    {
        var person = _population.PickPresent();
        var at = _clock.Next();
        var before = _population.Now(person);
        if (CanTie())
        {
            // Of a tie the loser is imagined before the change, so that only the winner enters the biography.
            var isDelete = _plan.HasOrdinal && _options.DeleteShare > 0 && _dice.Chance(0.25);
            var imagined = _population.Imagine(person);
            _population.Change(person, at);
            var winner = _population.Now(person);
            var loser = Report(person, RowKind.TieLoser, at, imagined == winner ? before : imagined) with { IsDelete = isDelete };
            SendTie(loser, Report(person, RowKind.Update, at, winner));
            return;
        }

        _population.Change(person, at);
        var now = _population.Now(person);
        var row = Report(person, RowKind.Update, at, now);
        Send(IsPartial() ? row with { Stated = Changed(before, now) | Some() } : row);
    }

    private void Repeat()
    {
        if (_options.DeleteShare > 0 && _dice.Chance(EmptyDeleteShare))
        {
            var isGone = _population.GoneCount > 0 && _dice.Chance(0.7);
            var nobody = isGone ? _population.PickGone() : _population.Customers + _dice.Next(1_000);
            Send(Report(nobody, isGone ? RowKind.RepeatedDelete : RowKind.UnknownDelete, _clock.Next(), _population.Invent()) with { IsDelete = true });
            return;
        }

        var person = _population.PickPresent();
        var row = Report(person, RowKind.NoOp, _clock.Next(), _population.Now(person));
        Send(IsPartial() ? row with { Stated = Some() } : row);
    }

    private void Leave()
    {
        var person = _population.PickPresent();
        var at = _clock.Next();

        // Without an ordinal a delete always wins a tie, wherever it stands; only an ordinal leaves something to decide.
        var tie = _plan.HasOrdinal && CanTie();
        var loser = tie ? Report(person, RowKind.TieLoser, at, _population.Imagine(person)) : default;
        _population.Leave(person, at);
        var row = Report(person, RowKind.Leave, at, _population.Now(person)) with { IsDelete = true, Stated = _dice.Chance(0.5) ? _plan.AllData : 0 };
        if (tie)
        {
            SendTie(loser, row);
        }
        else
        {
            Send(row);
        }
    }

    private bool IsPartial() => _dice.Chance(_options.PartialShare);

    private bool CanTie() => _dice.Chance(_options.TieShare) && _unmade >= 2 && (_plan.HasOrdinal || _room >= 2);

    private FeedRow Report(int person, RowKind kind, long at, Profile profile) => new()
    {
        Person = person,
        Kind = kind,
        At = at,
        Ordinal = _plan.HasOrdinal && person < _ordinals.Length ? ++_ordinals[person] : 0,
        Profile = profile,
        Stated = _plan.AllData,
        Spelling = (byte)_dice.Next(256),
    };

    private void SendTie(FeedRow loser, FeedRow winner)
    {
        if (!_plan.HasOrdinal)
        {
            // The later row of a file wins, so the two stay together.
            _unmade -= 2;
            _fresh.Enqueue(loser with { Bound = true });
            _fresh.Enqueue(winner with { Bound = true });
        }
        else if (_dice.Chance(0.5))
        {
            Send(loser);
            Send(winner);
        }
        else
        {
            Send(winner);
            Send(loser);
        }
    }

    private void Send(FeedRow row)
    {
        _unmade--;
        if (_dice.Chance(_options.LateShare))
        {
            _held[(_file + 1 + _dice.Next(_options.MaxLateFiles)) % _held.Length].Add(row);
        }
        else
        {
            _fresh.Enqueue(row);
        }
    }

    private FeedRow MakeDirty()
    {
        var kinds = _plan.Options.Format == FeedFormat.Csv
            ? (ReadOnlySpan<DirtyKind>)[DirtyKind.BadSequence, DirtyKind.NullKey, DirtyKind.FutureSequence, DirtyKind.Ragged]
            : [DirtyKind.BadSequence, DirtyKind.NullKey, DirtyKind.FutureSequence, DirtyKind.BrokenJson];
        return new()
        {
            // About real people and with values of its own, so that a pipeline that lets one through is found out.
            Person = _dice.Next(Math.Max(1, _population.Joined)),
            Kind = RowKind.Dirty,
            At = _clock.Next(),
            Ordinal = 1,
            Profile = _population.Invent(),
            Stated = _plan.AllData,
            Spelling = (byte)_dice.Next(256),
            Dirty = kinds[_dice.Next(kinds.Length)],
        };
    }

    private uint Some()
    {
        uint some = 0;
        for (var i = 0; i < _plan.Traits.Count; i++)
        {
            if (_dice.Chance(0.15))
            {
                some |= 1u << i;
            }
        }

        return some;
    }

    private uint Changed(Profile before, Profile now)
    {
        uint changed = 0;
        for (var i = 0; i < _plan.Traits.Count; i++)
        {
            var differs = _plan.Traits[i] switch
            {
                Trait.FirstName => before.First != now.First,
                Trait.LastName => before.Last != now.Last,
                Trait.Email => before.EmailLast != now.EmailLast || before.EmailNumber != now.EmailNumber || before.EmailProvider != now.EmailProvider,
                Trait.Street => before.Street != now.Street || before.House != now.House,
                _ => before.City != now.City,
            };
            if (differs)
            {
                changed |= 1u << i;
            }
        }

        return changed;
    }
}
