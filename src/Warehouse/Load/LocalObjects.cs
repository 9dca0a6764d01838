using CustomerTrack.Lake;

namespace CustomerTrack.Load;

/// <summary>Lake objects as files, several fetched at once where they have to be fetched; copies go when it is disposed.</summary>
internal sealed class LocalObjects : IDisposable
{
    private const int FetchedAtOnce = 8;

    private readonly Dictionary<string, LocalObject> _opened = new(StringComparer.Ordinal);

    private LocalObjects()
    {
    }

    /// <summary>The files, in no order.</summary>
    public IReadOnlyList<string> Paths => [.. _opened.Values.Select(opened => opened.Path)];

    /// <summary>Opens all of them, or none.</summary>
    /// <exception cref="LakeException">One cannot be read.</exception>
    public static async Task<LocalObjects> OpenAsync(ILake lake, IReadOnlyList<LakeObject> objects, CancellationToken cancellationToken)
    {
        var all = new LocalObjects();
        using var places = new SemaphoreSlim(FetchedAtOnce);
        var fetching = new List<Task>();
        try
        {
            foreach (var item in objects.DistinctBy(item => item.Name))
            {
                await places.WaitAsync(cancellationToken);
                var opening = lake.OpenLocalAsync(item, cancellationToken);
                if (opening.IsCompletedSuccessfully)
                {
                    // A lake that is a folder: nothing to wait for.
                    all.Add(item.Name, opening.Result);
                    places.Release();
                }
                else
                {
                    fetching.Add(FetchAsync(item.Name, opening.AsTask()));
                }
            }

            await Task.WhenAll(fetching);
            return all;
        }
        catch
        {
            // Whatever is still on its way ends first: its copy has to go as well, and the first failure is the one to report.
            await Task.WhenAll(fetching).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
            all.Dispose();
            throw;
        }

        async Task FetchAsync(string name, Task<LocalObject> opening)
        {
            try
            {
                all.Add(name, await opening);
            }
            finally
            {
                places.Release();
            }
        }
    }

    /// <summary>Where the object of this name is.</summary>
    public string PathOf(string name) => _opened[name].Path;

    public void Dispose()
    {
        lock (_opened)
        {
            foreach (var opened in _opened.Values)
            {
                opened.Dispose();
            }
        }
    }

    private void Add(string name, LocalObject opened)
    {
        lock (_opened)
        {
            _opened.Add(name, opened);
        }
    }
}
