namespace CustomerTrack.Generator;

/// <summary>
/// People and what happens to them. Every biography is kept whole: it is the truth the answer key is made of. Pure: all
/// chance comes from the dice, all time from the caller, who has to call with rising times.
/// </summary>
internal sealed class Population(Vocabulary vocabulary, Dice dice, int customers)
{
    private const int ChunkBits = 16;
    private const int ChunkMask = (1 << ChunkBits) - 1;

    private readonly List<LifeEntry[]> _chunks = [];
    private readonly int[] _latest = new int[customers];
    private readonly int[] _place = new int[customers];
    private readonly List<int> _present = [];
    private readonly List<int> _gone = [];
    private int _entries;

    /// <summary>People joined so far; they are numbered in the order they joined, from 0.</summary>
    public int Joined { get; private set; }

    public int Customers => customers;

    public int PresentCount => _present.Count;

    public int GoneCount => _gone.Count;

    public bool CanJoin => Joined < customers;

    /// <summary>All that happened, in the order it happened, has this many entries.</summary>
    public int EntryCount => _entries;

    public int PickPresent() => _present[dice.Next(_present.Count)];

    public int PickGone() => _gone[dice.Next(_gone.Count)];

    /// <summary>What is true of somebody who joined.</summary>
    public Profile Now(int person) => Entry(_latest[person]).Profile;

    /// <summary>The next person joins.</summary>
    public int Join(long at)
    {
        var person = Joined++;
        _latest[person] = Append(new(at, -1, Invent()));
        Enter(_present, person);
        return person;
    }

    /// <summary>Something in a person's life changes; at least one column does.</summary>
    public void Change(int person, long at) => Write(person, at, Alter(person));

    public void Leave(int person, long at)
    {
        Move(_present, _gone, person);
        Write(person, at, Now(person) with { Gone = true });
    }

    /// <summary>Somebody who left is back, sometimes changed.</summary>
    public void Return(int person, long at)
    {
        Move(_gone, _present, person);
        var back = Now(person) with { Gone = false };
        Write(person, at, dice.Chance(0.5) ? back : Alter(back));
    }

    /// <summary>What could have become of a person instead: differs from what is true now.</summary>
    public Profile Imagine(int person) => Alter(Now(person) with { Gone = false });

    /// <summary>Somebody who does not exist.</summary>
    public Profile Invent()
    {
        var last = (ushort)dice.Next(vocabulary.LastNames.Length);
        var profile = Moved(new Profile
        {
            First = (ushort)dice.Next(vocabulary.FirstNames.Length),
            Last = last,
            EmailNumber = Profile.None,
        });
        return dice.Chance(0.85) ? WithEmail(profile) : profile;
    }

    /// <summary>A person's biography, oldest entry first, into <paramref name="into"/>.</summary>
    public void Biography(int person, List<LifeEntry> into)
    {
        into.Clear();
        for (var i = _latest[person]; i >= 0;)
        {
            var entry = Entry(i);
            into.Add(entry);
            i = entry.Previous;
        }

        into.Reverse();
    }

    private Profile Alter(int person)
    {
        var latest = Entry(_latest[person]);

        // People do go back: a name after a divorce, an old address. A, B, A has to be three versions.
        if (latest.Previous >= 0 && dice.Chance(0.1))
        {
            var before = Entry(latest.Previous).Profile;
            if (!before.Gone && before != latest.Profile)
            {
                return before;
            }
        }

        return Alter(latest.Profile);
    }

    private Profile Alter(Profile now)
    {
        while (true)
        {
            var next = dice.Next(100) switch
            {
                < 40 => Moved(now),
                < 55 => now with { Last = (ushort)dice.Next(vocabulary.LastNames.Length) },
                < 60 => Moved(WithEmail(now with { Last = (ushort)dice.Next(vocabulary.LastNames.Length) })),
                < 80 => WithEmail(now),
                < 88 => now with { EmailNumber = Profile.None, EmailLast = 0, EmailProvider = 0 },
                < 92 => now with { Street = Profile.None, House = 0 },
                < 96 => now with { Street = now.Street == Profile.None ? (ushort)dice.Next(vocabulary.Streets.Length) : now.Street, House = (ushort)(1 + dice.Next(400)) },
                _ => now with { First = (ushort)dice.Next(vocabulary.FirstNames.Length) },
            };
            if (next != now)
            {
                return next;
            }
        }
    }

    private Profile Moved(Profile profile) => profile with
    {
        Street = (ushort)dice.Next(vocabulary.Streets.Length),
        House = (ushort)(1 + dice.Next(400)),
        City = dice.Chance(0.3) ? profile.City : (ushort)dice.Next(vocabulary.Cities.Length),
    };

    private Profile WithEmail(Profile profile) => profile with
    {
        EmailLast = profile.Last,
        EmailNumber = (ushort)dice.Next(10_000),
        EmailProvider = (byte)dice.Next(vocabulary.Providers.Length),
    };

    private void Write(int person, long at, Profile profile) => _latest[person] = Append(new(at, _latest[person], profile));

    private LifeEntry Entry(int index) => _chunks[index >> ChunkBits][index & ChunkMask];

    private int Append(LifeEntry entry)
    {
        // Chunks instead of one array: a growing array of gigabytes would be copied again and again.
        if (_entries >> ChunkBits == _chunks.Count)
        {
            _chunks.Add(new LifeEntry[ChunkMask + 1]);
        }

        _chunks[_entries >> ChunkBits][_entries & ChunkMask] = entry;
        return _entries++;
    }

    private void Enter(List<int> where, int person)
    {
        _place[person] = where.Count;
        where.Add(person);
    }

    private void Move(List<int> from, List<int> to, int person)
    {
        var last = from[^1];
        from[_place[person]] = last;
        _place[last] = _place[person];
        from.RemoveAt(from.Count - 1);
        Enter(to, person);
    }
}
