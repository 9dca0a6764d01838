using CustomerTrack.Dimensions;
using CustomerTrack.Naive;

namespace CustomerTrack.Tests.Pipeline;

/// <content>How histories go through silos that die, or only seem to.</content>
public sealed partial class SharedLandingTests
{
    private async Task<bool> IsRightAsync(Said[] first, Said[] second, int seed, bool areRefused)
    {
        await using var shared = NewFolder(areRefused);
        var random = new Random(seed);
        var key = Guid.NewGuid().ToString("N");
        var all = new List<Said>();
        // Falling: what a file says first is what its later rows take back.
        Land([.. first.OrderByDescending(record => record.Values[0], StringComparer.Ordinal)], 0, files: 2);
        var zombie = await shared.StartSiloAsync(Cancellation, paused: true, batchRows: 1);
        await zombie.Registry.Held.Task.WaitAsync(Patience, Cancellation);
        zombie.DeclareDead();
        var taker = await shared.StartSiloAsync(Cancellation);
        await shared.AllArchivedAsync().WaitAsync(Patience, Cancellation);

        // One after the other, rising: each makes what is finished before it forgotten, but for the greatest.
        foreach (var record in second.Take(4).OrderBy(record => record.Values[0], StringComparer.Ordinal))
        {
            Land([record], 3 + all.Count, files: 1);
            await shared.AllArchivedAsync().WaitAsync(Patience, Cancellation);
        }

        // Its process ends after the first batch, or when it has nothing left.
        zombie.Registry.Resume();
        zombie.Registry.Pause();
        await Task.WhenAny(zombie.Registry.Held.Task, zombie.GivenUpAllAsync()).WaitAsync(Patience, Cancellation);
        await zombie.StopAsync(Cancellation);
        await taker.StopAsync(Cancellation);
        return string.Join('\n', NaiveHistory.Of(Full, all)) == string.Join('\n', Merged.History(Full, shared.Lake.Deltas.Where(delta => delta.Key == key)));

        void Land(Said[] records, int after, int files)
        {
            foreach (var file in Generated.InFiles(records, _ => after + random.Next(1, files + 1)).GroupBy(record => record.File).OrderBy(group => group.Key))
            {
                shared.Land(Full, file.Select(record => (key, record)));
                all.AddRange(file);
            }
        }
    }

    private async Task SurviveAsync(DimensionDefinition dimension, Said[] first, Said[] second, Random random)
    {
        await using var shared = NewFolder();
        var owner = Guid.NewGuid().ToString("N");
        (string Key, Said[] History)[] customers = [(owner + "-a", first), (owner + "-b", second)];
        var waiting = new Queue<IGrouping<int, (string Key, Said Said)>>(
            customers.SelectMany(c => c.History.Select(said => (c.Key, Said: said))).GroupBy(row => row.Said.File).OrderBy(group => group.Key));
        var chance = new Lock();
        int Draw(int below)
        {
            lock (chance)
            {
                return random.Next(below);
            }
        }

        cluster.Store.WriteFault = () => Draw(8) switch { 0 => Fault.Before, 1 => Fault.After, _ => Fault.None };
        shared.Lake.WriteFault = () => Draw(8) == 0 ? Fault.Before : Fault.None;
        var zombies = new List<PlayedSilo>();
        for (var round = 1 + Draw(3); round > 0; round--)
        {
            for (var i = waiting.Count == 0 ? 0 : 1 + Draw(waiting.Count); i > 0; i--)
            {
                shared.Land(dimension, waiting.Dequeue().OrderBy(row => row.Said.Row));
            }

            var pair = new List<PlayedSilo> { await StartAsync(paused: true), await StartAsync(paused: Draw(2) == 0) };
            var all = shared.AllArchivedAsync();
            await Task.WhenAny([all, .. pair.Select(silo => silo.Registry.Held.Task)]).WaitAsync(Patience, Cancellation);
            foreach (var silo in pair)
            {
                switch (Draw(4))
                {
                    case 0:
                        await silo.KillAsync();
                        break;
                    case 1:
                        // Paused or not, it goes on as a zombie, for good or until later.
                        silo.DeclareDead();
                        zombies.Add(silo);
                        break;
                    case 2:
                        await silo.StopAsync(Cancellation);
                        break;
                    default:
                        silo.Registry.Resume();
                        zombies.Add(silo);
                        silo.DeclareDead();
                        break;
                }
            }

            if (zombies.Count > 0 && Draw(2) == 0)
            {
                zombies[Draw(zombies.Count)].Registry.Resume();
            }
        }

        while (waiting.Count > 0)
        {
            shared.Land(dimension, waiting.Dequeue().OrderBy(row => row.Said.Row));
        }

        var last = (await StartAsync(paused: false), await StartAsync(paused: false));
        foreach (var zombie in zombies)
        {
            zombie.Registry.Resume();
        }

        await shared.AllArchivedAsync().WaitAsync(Patience, Cancellation);
        foreach (var zombie in zombies)
        {
            await zombie.StopAsync(Cancellation);
        }

        await last.Item1.StopAsync(Cancellation);
        last.Item2.Registry.Passes = () => true;
        while (await last.Item2.CloseAbandonedAsync(Cancellation) > 0)
        {
        }

        Assert.Empty(await shared.Registry.ListAsync(Cancellation));
        await last.Item2.StopAsync(Cancellation);
        cluster.Store.WriteFault = null;
        foreach (var (key, history) in customers)
        {
            AssertRows(shared, dimension, key, history);
        }

        Assert.Equal(ArchivedNumbers(shared, dimension).Count, ArchivedNumbers(shared, dimension).Distinct().Count());
        Assert.Empty(Directory.GetFiles(shared.Folder.Claims(dimension.Name)));

        async Task<PlayedSilo> StartAsync(bool paused)
        {
            var silo = await shared.StartSiloAsync(Cancellation, paused);
            silo.Registry.Passes = () => Draw(12) switch { 0 => false, 1 => null, _ => true };
            silo.ReadFails = () => Draw(40) == 0;
            return silo;
        }
    }
}
