using System.Diagnostics;
using System.Text;
using CustomerTrack.Harness;

namespace CustomerTrack.EndToEnd;

/// <summary>Changes of a running service as they happen, against the lake and the tables.</summary>
public sealed class LiveChangesTests : IAsyncLifetime
{
    private const string Header = "customer_id,first_name,last_name,email,street,city,state,country,updated_at,op\n";
    private const int Rounds = 12;
    private const int Customers = 40;

    private readonly TestFolder _folder = new();
    private Site _site = null!;
    private RunningService _service = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _site = new(_folder.In("data"), Harness.Definitions.Write(_folder.Path));
        _service = await _site.ServeAsync(Token);
    }

    public async ValueTask DisposeAsync()
    {
        if (_service is not null)
        {
            await _service.DisposeAsync();
        }

        _folder.Dispose();
    }

    [Fact]
    public async Task A_changed_customer_is_on_the_feed_within_a_second_of_being_in_the_lake()
    {
        await using var reader = await ChangeReader.OpenAsync(_service.Http, lastId: null, Token);
        for (var round = 1; round <= 3; round++)
        {
            var objects = _site.LakeObjects.Count;
            var lake = LakeAsync(objects);
            Land(round, customers: 1);
            var (name, change) = await reader.NextAsync(Token);
            var seen = Stopwatch.GetTimestamp();

            Assert.Equal(("change", "C0", round == 1 ? "insert" : "update"), (name, change.GetProperty("key").GetString(), change.GetProperty("operation").GetString()));
            var city = change.GetProperty("fields").EnumerateArray().Single(field => field.GetProperty("name").GetString() == "city");
            Assert.Equal((round == 1 ? null : $"city {round - 1}", $"city {round}"), (city.GetProperty("old").GetString(), city.GetProperty("new").GetString()));
            var late = Stopwatch.GetElapsedTime(await lake, seen);
            TestContext.Current.TestOutputHelper?.WriteLine($"The change was seen {late.TotalMilliseconds:F0} ms after its object.");
            Assert.True(late < TimeSpan.FromSeconds(1), $"It took {late}.");
        }
    }

    [Fact]
    public async Task Whoever_breaks_off_again_and_again_sees_every_version_once_and_another_process_says_that_there_is_a_gap()
    {
        var seen = new List<string>();
        string? last = null;
        for (var round = 1; round <= Rounds; round++)
        {
            await using (var reader = await ChangeReader.OpenAsync(_service.Http, last, Token))
            {
                Land(round, Customers);

                // Broken off somewhere in the middle of what this file and those before it changed.
                while (seen.Count < ((round - 1) * Customers) + (round * 3))
                {
                    seen.Add(Text(await reader.NextAsync(Token)));
                }

                last = reader.LastId;
            }
        }

        await using (var reader = await ChangeReader.OpenAsync(_service.Http, last, Token))
        {
            while (seen.Count < Rounds * Customers)
            {
                seen.Add(Text(await reader.NextAsync(Token)));
            }

            last = reader.LastId;
        }

        await _service.DrainAsync(TimeSpan.FromMinutes(1), Token);
        var versions = await _site.QueryAsync("SELECT customer_id || ' ' || city FROM customer_history", Token);
        Assert.Equal(versions.Order(StringComparer.Ordinal), seen.Order(StringComparer.Ordinal));

        await _service.StopAsync(Token);
        await _service.DisposeAsync();
        _service = await _site.ServeAsync(Token);
        await using var later = await ChangeReader.OpenAsync(_service.Http, last, Token);
        var (name, data) = await later.NextAsync(Token);
        Assert.Equal("gap", name);
        Assert.Contains(last, data.GetProperty("reason").GetString(), StringComparison.Ordinal);
    }

    private static string Text((string Name, System.Text.Json.JsonElement Change) seen)
    {
        Assert.Equal("change", seen.Name);
        return $"{seen.Change.GetProperty("key").GetString()} {seen.Change.GetProperty("fields").EnumerateArray().Single(field => field.GetProperty("name").GetString() == "city").GetProperty("new").GetString()}";
    }

    private void Land(int round, int customers) => _site.Land(
        $"round-{round}.csv",
        Encoding.UTF8.GetBytes(Header + string.Concat(Enumerable.Range(0, customers).Select(i => $"C{i},Ada,Lovelace,ada@example.org,,city {round},,UK,2024-01-{round:D2}T00:00:00Z,u\n"))));

    // When the lake had one more object than it had.
    private async Task<long> LakeAsync(int objects)
    {
        while (_site.LakeObjects.Count <= objects)
        {
            await Task.Delay(5, Token);
        }

        return Stopwatch.GetTimestamp();
    }
}
