namespace CustomerTrack.Ingest;

/// <summary>
/// The files that this process has claimed, in the registry and in memory. The registry comes first: it says whose a file is, and the claim follows.
/// </summary>
internal sealed class OpenClaims(IFileRegistry registry, IClaimOwners owners) : IDisposable
{
    // A number that is being opened must not look like one that was left open.
    private readonly SemaphoreSlim _gate = new(1, 1);
    private readonly Lock _lock = new();
    private readonly HashSet<long> _held = [];

    /// <summary>This process in claims.</summary>
    public string Owner => owners.Name;

    /// <summary>This process in claims that it gave back.</summary>
    public string ReturnedName => ClaimName.ReturnedBy(owners.Name);

    /// <summary>Whether this process works on the file, or is about to.</summary>
    public bool Holds(long number)
    {
        lock (_lock)
        {
            return _held.Contains(number);
        }
    }

    /// <summary>The first of <paramref name="count"/> numbers for files that are claimed next.</summary>
    public async ValueTask<long> OpenAsync(int count, CancellationToken cancellationToken)
    {
        await _gate.WaitAsync(cancellationToken);
        try
        {
            var first = await registry.OpenAsync(owners.Name, count, cancellationToken);
            Hold(first, count);
            return first;
        }
        finally
        {
            _gate.Release();
        }
    }

    /// <summary>
    /// Whether the claim of <paramref name="holder"/> can be this process's: its owner has ended or gave it back, or it is this process's own and nobody works on it.
    /// The number to go on with; null when it cannot. A file that the registry has closed was claimed by somebody who counted as ended already: no row of it was
    /// ever taken, and it gets a new number. Otherwise it keeps its number, under which a part of it may have been folded.
    /// </summary>
    public async ValueTask<long?> TryTakeOverAsync(long number, string holder, CancellationToken cancellationToken)
    {
        if (holder == owners.Name ? Holds(number) : await owners.IsAliveAsync(holder, cancellationToken))
        {
            return null;
        }

        await _gate.WaitAsync(cancellationToken);
        try
        {
            while (holder == owners.Name || !await registry.TryTakeOverAsync(number, holder, owners.Name, cancellationToken))
            {
                var open = await registry.ListAsync(cancellationToken);
                var present = open.FirstOrDefault(file => file.Number == number).Owner;
                if (present is null)
                {
                    number = await registry.OpenAsync(owners.Name, 1, cancellationToken);
                    break;
                }

                if (present == owners.Name)
                {
                    break;
                }

                if (await owners.IsAliveAsync(present, cancellationToken))
                {
                    // It was faster and is about to take the claim, too.
                    return null;
                }

                // It was faster, and ended before it took the claim.
                holder = present;
            }

            Hold(number, 1);
            return number;
        }
        finally
        {
            _gate.Release();
        }
    }

    /// <summary>The file is finished, or was not got after all: no claim has its number any more.</summary>
    /// <remarks>Where the registry does not answer, and the caller has no reason to ask again, its sweep finds the number as one that nobody works on.</remarks>
    public ValueTask CloseAsync(long number, CancellationToken cancellationToken)
    {
        LetGo(number);
        return registry.CloseAsync(number, owners.Name, cancellationToken);
    }

    /// <summary>This process no longer works on the file. Where its claim and its entry are still this process's, it is found like one of a process that ended.</summary>
    public void LetGo(long number)
    {
        lock (_lock)
        {
            _held.Remove(number);
        }
    }

    /// <summary>Makes the file nobody's in the registry. False when it is not this process's any more.</summary>
    public ValueTask<bool> TryReturnAsync(long number, CancellationToken cancellationToken) =>
        registry.TryTakeOverAsync(number, owners.Name, ReturnedName, cancellationToken);

    /// <summary>What nobody who runs works on: open in the registry under the name of a process that ended, or of this one by mistake.</summary>
    public async ValueTask<IReadOnlyList<OpenFile>> ListAbandonedAsync(CancellationToken cancellationToken)
    {
        await _gate.WaitAsync(cancellationToken);
        try
        {
            var abandoned = new List<OpenFile>();
            foreach (var file in await registry.ListAsync(cancellationToken))
            {
                if (file.Owner == owners.Name ? !Holds(file.Number) : !await owners.IsAliveAsync(file.Owner, cancellationToken))
                {
                    abandoned.Add(file);
                }
            }

            return abandoned;
        }
        finally
        {
            _gate.Release();
        }
    }

    /// <summary>Closes a file that nobody claims and that is still its former owner's.</summary>
    public ValueTask CloseAbandonedAsync(OpenFile file, CancellationToken cancellationToken) => registry.CloseAsync(file.Number, file.Owner, cancellationToken);

    public void Dispose() => _gate.Dispose();

    private void Hold(long first, int count)
    {
        lock (_lock)
        {
            for (var number = first; number < first + count; number++)
            {
                _held.Add(number);
            }
        }
    }
}
