using System.Globalization;
using System.Net;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;

namespace CustomerTrack.Live;

/// <summary>The feed of a running service over HTTP.</summary>
public sealed class ChangesEndpointTests(LiveSite site) : IClassFixture<LiveSite>
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_change_shows_old_and_new_its_validity_and_where_it_comes_from()
    {
        var key = site.NewKey();
        using var http = site.As(LiveSite.Person);
        await using var events = await EventReader.OpenAsync(http, $"?key={key}");

        await site.PostAsync($$"""{"id":"{{key}}","at":5,"city":"Ulm","email":"a@x","points":1}""");
        var first = await events.NextChangeAsync();
        await site.PostAsync($$"""{"id":"{{key}}","at":9,"city":"Bonn","email":"b@x","points":1}""");
        var second = await events.NextChangeAsync();

        Assert.Equal(["insert", "update"], [first.GetProperty("operation").GetString()!, second.GetProperty("operation").GetString()!]);
        Assert.Equal((key, 9, JsonValueKind.Null), (second.GetProperty("key").GetString(), second.GetProperty("valid_from").GetInt64(), second.GetProperty("valid_to").ValueKind));
        Assert.Equal(["city: Ulm > Bonn", "email: a@x > b@x"], Fields(second));
        Assert.Equal(1, second.GetProperty("source_row").GetInt64());
        Assert.EndsWith(".ndjson", second.GetProperty("source_file").GetString(), StringComparison.Ordinal);
        Assert.InRange(second.GetProperty("recorded_at").GetDateTime(), DateTime.UtcNow.AddMinutes(-1), DateTime.UtcNow.AddMinutes(1));
    }

    [Fact]
    public async Task Personal_values_are_masked_for_who_may_only_read()
    {
        var key = site.NewKey();
        using var http = site.As(LiveSite.Reader);
        await using var events = await EventReader.OpenAsync(http, $"?key={key}");

        await site.PostAsync($$"""{"id":"{{key}}","at":5,"city":"Ulm","email":"secret-mark@x"}""");
        var change = await events.NextChangeAsync();

        Assert.Equal(["city:  > Ulm", "email:  > ***"], Fields(change));
        Assert.DoesNotContain("secret-mark", change.GetRawText(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Filters_let_pass_the_keys_and_columns_that_are_asked_for()
    {
        var (one, other, third) = (site.NewKey(), site.NewKey(), site.NewKey());
        using var http = site.As(LiveSite.Person);
        await using var events = await EventReader.OpenAsync(http, $"?key={one}&key={other}&field=points&field=email");

        foreach (var key in new[] { third, one, other })
        {
            await site.PostAsync($$"""{"id":"{{key}}","at":5,"city":"Ulm","points":1}""", $$"""{"id":"{{key}}","at":6,"city":"Bonn","points":1}""", $$"""{"id":"{{key}}","at":7,"city":"Bonn","points":2}""");
        }

        var seen = new List<string>();
        for (var i = 0; i < 4; i++)
        {
            var change = await events.NextChangeAsync();
            seen.Add($"{change.GetProperty("key").GetString()}@{change.GetProperty("valid_from").GetInt64()}");
        }

        // Each key came in a file of its own, and files overtake each other.
        Assert.Equal([$"{one}@5", $"{one}@7"], seen.Where(change => change.StartsWith(one + "@", StringComparison.Ordinal)));
        Assert.Equal([$"{other}@5", $"{other}@7"], seen.Where(change => change.StartsWith(other + "@", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Who_comes_back_gets_what_came_in_between_once_and_without_a_hole()
    {
        var key = site.NewKey();
        using var http = site.As(LiveSite.Person);
        var seen = new List<long>();
        string? last = null;
        for (var round = 0; round < 4; round++)
        {
            // Nobody listens while the middle of each round is sent.
            await using (var events = await EventReader.OpenAsync(http, $"?key={key}", last))
            {
                await site.PostAsync($$"""{"id":"{{key}}","at":{{(round * 2) + 1}},"city":"{{Guid.NewGuid()}}"}""");
                while (seen.LastOrDefault() < (round * 2) + 1)
                {
                    seen.Add((await events.NextChangeAsync()).GetProperty("valid_from").GetInt64());
                }

                last = events.LastId;
            }

            await site.PostAsync($$"""{"id":"{{key}}","at":{{(round * 2) + 2}},"city":"{{Guid.NewGuid()}}"}""");
        }

        Assert.Equal(Enumerable.Range(1, 7).Select(at => (long)at), seen);
    }

    [Fact]
    public async Task An_id_of_another_process_is_answered_with_a_gap_and_what_comes_from_now_on()
    {
        var key = site.NewKey();
        using var http = site.As(LiveSite.Person);
        await using var events = await EventReader.OpenAsync(http, $"?key={key}", "00000000-17");

        var (_, name, data) = await events.NextAsync();
        await site.PostAsync($$"""{"id":"{{key}}","at":5,"city":"Ulm"}""");

        Assert.Equal("gap", name);
        Assert.Contains("00000000-17", data.GetProperty("reason").GetString(), StringComparison.Ordinal);
        Assert.Equal(key, (await events.NextChangeAsync()).GetProperty("key").GetString());
    }

    [Fact]
    public async Task A_reader_that_is_too_slow_is_told_how_much_it_lost_and_goes_on_from_there()
    {
        const int Rounds = 12;
        const int RowsPerRound = 500;
        var key = site.NewKey();
        using var http = site.As(LiveSite.Person);
        await using var slow = await EventReader.OpenAsync(http);
        await using var counting = await site.Services.GetRequiredService<ChangeFeed>().WatchAsync("customer", after: null, Cancellation);
        var opened = Number(slow.LastId);

        // More than the buffers of a connection hold.
        var filler = new string('x', 4_000);
        for (var round = 1; round <= Rounds; round++)
        {
            await site.PostAsync(Enumerable.Range(0, RowsPerRound).Select(i => $$"""{"id":"{{key}}-{{round}}-{{i}}","at":5,"city":"{{filler}}"}"""));
        }

        using (var patience = CancellationTokenSource.CreateLinkedTokenSource(Cancellation))
        {
            patience.CancelAfter(TimeSpan.FromSeconds(60));
            while (counting.Waiting < Rounds * RowsPerRound)
            {
                await Task.Delay(20, patience.Token);
            }
        }

        var (dropped, seen, end) = (0L, 0L, counting.Last.Number + counting.Waiting);
        var previous = opened;
        while (previous < end)
        {
            var (id, name, data) = await slow.NextAsync();
            var isDrop = name == "dropped";
            dropped += isDrop ? data.GetProperty("count").GetInt64() : 0;
            seen += isDrop ? 0 : 1;
            Assert.Equal(previous + (isDrop ? data.GetProperty("count").GetInt64() : 1), Number(id));
            previous = Number(id);
        }

        Assert.True(dropped > 0, $"Nothing was dropped of {end - opened}.");
        Assert.Equal(end - opened, dropped + seen);
    }

    [Fact]
    public async Task In_silence_there_are_signs_of_life_that_move_the_id_on()
    {
        var key = site.NewKey();
        using var http = site.As(LiveSite.Person);
        await using var events = await EventReader.OpenAsync(http, $"?key={key}");
        var opened = Number(events.LastId);
        await site.PostAsync($$"""{"id":"{{site.NewKey()}}","at":5,"city":"Ulm"}""");

        var next = events.NextChangeAsync();
        await Task.WhenAny(next, UntilAsync(() => events.Comments > 1 && Number(events.LastId) > opened));

        Assert.False(next.IsCompleted);
        await site.PostAsync($$"""{"id":"{{key}}","at":5,"city":"Ulm"}""");
        await next;
    }

    [Theory]
    [InlineData("api/nothing/changes", null, HttpStatusCode.NotFound, "there is customer")]
    [InlineData("api/customer/changes?field=town", null, HttpStatusCode.BadRequest, "city, email, points")]
    [InlineData("api/customer/changes", "yesterday", HttpStatusCode.BadRequest, "Last-Event-ID")]
    public async Task What_is_not_there_or_not_meant_is_a_problem_document_also_for_who_accepts_events_only(string address, string? lastId, HttpStatusCode code, string named)
    {
        using var http = site.As(LiveSite.Reader);
        http.DefaultRequestHeaders.Accept.ParseAdd("text/event-stream");
        if (lastId is not null)
        {
            http.DefaultRequestHeaders.Add("Last-Event-ID", lastId);
        }

        using var answer = await http.GetAsync(address, Cancellation);
        Assert.Equal((code, "application/problem+json"), (answer.StatusCode, answer.Content.Headers.ContentType?.MediaType));
        Assert.Contains(named, await answer.Content.ReadAsStringAsync(Cancellation), StringComparison.Ordinal);
        using var nobody = site.As(null);
        nobody.DefaultRequestHeaders.Accept.ParseAdd("text/event-stream");
        using var refused = await nobody.GetAsync(address, Cancellation);
        Assert.Equal((HttpStatusCode.Unauthorized, "application/problem+json"), (refused.StatusCode, refused.Content.Headers.ContentType?.MediaType));
    }

    private static async Task UntilAsync(Func<bool> isSo)
    {
        while (!isSo())
        {
            await Task.Delay(20, Cancellation);
        }
    }

    private static long Number(string id) => long.Parse(id[(id.LastIndexOf('-') + 1)..], CultureInfo.InvariantCulture);

    private static List<string> Fields(JsonElement change) =>
        [.. change.GetProperty("fields").EnumerateArray().Select(field => $"{field.GetProperty("name").GetString()}: {field.GetProperty("old")} > {field.GetProperty("new")}")];
}
