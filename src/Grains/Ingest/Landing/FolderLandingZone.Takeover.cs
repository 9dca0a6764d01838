using CustomerTrack.Dimensions;
using CustomerTrack.Records;

namespace CustomerTrack.Ingest;

/// <content>Claims of others that ended.</content>
public sealed partial class FolderLandingZone
{
    /// <summary>Takes over the claims whose owner ended, and this process's own that nobody works on.</summary>
    private async ValueTask<IReadOnlyList<ClaimedFile>> AdoptAsync(CancellationToken cancellationToken)
    {
        var ended = _somebodyEnded;
        _somebodyEnded = false;
        try
        {
            foreach (var (dimension, path, number, holder, name) in Claimed())
            {
                if (await _claims.TryTakeOverAsync(number, holder, cancellationToken) is not { } kept)
                {
                    continue;
                }

                var isTaken = false;
                try
                {
                    isTaken = TryTake(dimension, path, kept, name, new(SequenceText.ToDateTime(kept)), redelivered: true);
                }
                finally
                {
                    if (!isTaken)
                    {
                        // It was finished or given back meanwhile, or the disk failed. What the registry says of it is put right by its sweep.
                        _claims.LetGo(kept);
                    }
                }
            }

            if (ended)
            {
                await _leftovers.RemoveAsync(cancellationToken);
            }
        }
        catch
        {
            _somebodyEnded = true;
            throw;
        }

        _lastAdoption = _time.GetUtcNow();
        if (_moved.Count == 0)
        {
            return [];
        }

        LogRecovered(_moved.Count);
        _moved.Sort((left, right) => left.Number.CompareTo(right.Number));
        return HandOver();
    }

    private IEnumerable<(DimensionDefinition Dimension, string Path, long Number, string Holder, string Name)> Claimed()
    {
        foreach (var dimension in _dimensions.All)
        {
            var claims = _folder.Claims(dimension.Name);
            foreach (var path in Directory.Exists(claims) ? Directory.GetFiles(claims) : [])
            {
                if (ClaimName.TrySplit(Path.GetFileName(path), out var number, out var holder, out var name))
                {
                    yield return (dimension, path, number, holder, name);
                }
                else
                {
                    ReportForeign(path);
                }
            }
        }
    }

    private void OnEnded()
    {
        _somebodyEnded = true;
        _watch!.Wake();
    }

    /// <summary>Moves a file into this process's claim.</summary>
    private bool TryTake(DimensionDefinition dimension, string from, long number, string name, DateTimeOffset visibleAt, bool redelivered)
    {
        var claim = new FileInfo(Path.Combine(_folder.Claims(dimension.Name), ClaimName.Of(number, _claims.Owner, name)));
        if ((from != claim.FullName && !TryMove(from, claim.FullName)) || !claim.Exists)
        {
            return false;
        }

        _moved.Add(new()
        {
            Dimension = dimension,
            Name = name,
            Number = number,
            Redelivered = redelivered,
            Path = claim.FullName,
            Bytes = claim.Length,
            VisibleAt = visibleAt,
            TraceParent = redelivered
                ? FolderTraceParents.TakeAgain(_folder, dimension.Name, name, number)
                : FolderTraceParents.Take(_folder, dimension.Name, from, number),
        });
        return true;
    }
}
