using CustomerTrack.Audit;
using CustomerTrack.Dashboard.Live;
using Microsoft.Extensions.DependencyInjection;

namespace CustomerTrack.Live;

/// <summary>What the page of live changes draws, on the feed of a running service.</summary>
public sealed class LiveViewTests(LiveSite site) : IClassFixture<LiveSite>
{
    private static readonly HashSet<string> Any = [];

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task It_shows_the_newest_changes_first_masks_them_and_counts_what_came_too_fast()
    {
        const int Rows = 700;
        await using var view = View();
        await view.WatchAsync("customer", ChangeFilter.Everything, isMasked: true, Cancellation);
        view.Look();
        var (seen, shown) = (view.Seen, view.Rows.Count);

        await site.PostAsync(Enumerable.Range(1, Rows).Select(i => $$"""{"id":"{{site.NewKey()}}","at":{{i}},"city":"Ulm","email":"secret-mark@x"}"""));
        await UntilAsync(() => view.Waiting >= Rows);
        Assert.True(view.Look());

        // The feed of this service keeps 200.
        Assert.Equal((Rows - 200L, 200L), (view.Dropped, view.Seen - seen));
        Assert.Equal(200 + shown, view.Rows.Count);
        Assert.Equal(view.Rows.Select(row => row.Number).OrderDescending(), view.Rows.Select(row => row.Number));
        Assert.All(view.Rows.Take(200), row => Assert.Equal(["city:  > Ulm", "email:  > ***"], row.Fields.Select(field => $"{field.Name}: {field.Old} > {field.New}")));
        Assert.False(view.Look());
    }

    [Fact]
    public async Task It_shows_only_what_passes_the_filters_and_values_as_people_write_them()
    {
        var (key, other) = (site.NewKey(), site.NewKey());
        await using var view = View();
        await view.WatchAsync("customer", new(new HashSet<string> { key }, Any), isMasked: false, Cancellation);

        await site.PostAsync($$"""{"id":"{{other}}","at":5,"city":"Ulm"}""", $$"""{"id":"{{key}}","at":5,"city":"a \"b\"","points":1}""", $$"""{"id":"{{key}}","at":7,"city":"a \"b\"","points":12}""");
        await UntilAsync(() => view.Look() && view.Rows.Count == 2);

        Assert.Equal(["points: 1 > 12", "city:  > a \"b\"", "points:  > 1"], view.Rows.SelectMany(row => row.Fields).Select(field => $"{field.Name}: {field.Old} > {field.New}"));
        Assert.Equal(("update", key, "7 to now"), (view.Rows[0].Operation, view.Rows[0].Key, view.Rows[0].Validity));
    }

    private static async Task UntilAsync(Func<bool> isSo)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        patience.CancelAfter(TimeSpan.FromSeconds(15));
        while (!isSo())
        {
            await Task.Delay(20, patience.Token);
        }
    }

    private LiveView View() => new(site.Services.GetRequiredService<ChangeFeed>(), site.Services.GetRequiredService<KeyHash>(), TimeProvider.System);
}
