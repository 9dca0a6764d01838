using System.Net;
using System.Text.Json;
using CustomerTrack.Cli;
using CustomerTrack.Cli.Pipeline;
using CustomerTrack.Cli.Running;
using CustomerTrack.Live;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;

namespace CustomerTrack.Audit;

/// <summary>Who read or replayed what, as a running service records it.</summary>
public sealed class AuditTests(LiveSite site) : IClassFixture<LiveSite>
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Reads_of_personal_data_and_replays_are_recorded_by_name_and_never_with_a_key_or_value()
    {
        var before = Lines().Count;
        using (var person = site.As(LiveSite.Person))
        using (var reader = site.As(LiveSite.Reader))
        {
            await site.PostAsync("""{"id":"C-marked","at":1,"city":"Ulm","email":"secret-mark@x"}""");
            await UntilAsync(
                async () => (await person.GetAsync("api/customer/C-marked", Cancellation)).StatusCode == HttpStatusCode.OK);
            await person.GetAsync("api/customer/C-marked/history", Cancellation);
            Assert.Equal(HttpStatusCode.Forbidden, (await reader.GetAsync("api/customer/C-marked/history", Cancellation)).StatusCode);
            await using (await EventReader.OpenAsync(person, "?key=C-marked"))
            await using (await EventReader.OpenAsync(reader, "?key=C-marked"))
            {
            }
        }

        await using var commands = new HttpPipelineClient(RunningProcess.Read(DataFolder.At(site.Data))!);
        await using (await commands.QueryAsync("SELECT email FROM customer", Cancellation))
        await using (await commands.HistoryAsync(new() { Key = "C-marked" }, Cancellation))
        {
        }

        await commands.ReplayRejectsAsync(reason: null, Cancellation);
        await commands.VerifyAsync(new(), Cancellation);

        var lines = Lines().Skip(before).Select(line => JsonElement.Parse(line)).ToList();
        var hash = site.Services.GetRequiredService<AuditLog>().HashOf("customer", "C-marked");
        Assert.Equal(
            [
                $"person api_key read_version customer {hash} done", $"person api_key read_history customer {hash} done", $"person api_key watch_changes customer {hash} done",
                "this machine command query   done", $"this machine command read_history customer {hash} done", "this machine command replay_rejects   done",
            ],
            lines.Where(line => Text(line, "outcome") != "not_found").Select(line => $"{Text(line, "who")} {Text(line, "by")} {Text(line, "action")} {Text(line, "dimension")} {Hashes(line)} {Text(line, "outcome")}"));
        Assert.All(lines, line => Assert.InRange(line.GetProperty("at").GetDateTime(), DateTime.UtcNow.AddMinutes(-2), DateTime.UtcNow));
        var everything = string.Concat(Directory.GetFiles(Path.Combine(site.Data, "audit")).Select(File.ReadAllText));
        Assert.DoesNotContain("marked", everything, StringComparison.Ordinal);
        Assert.DoesNotContain("secret-mark", everything, StringComparison.Ordinal);
        Assert.DoesNotContain("SELECT", everything, StringComparison.Ordinal);
    }

    [Fact]
    public void A_day_has_its_own_file_and_a_restart_goes_on_in_it_with_the_same_hashes()
    {
        using var folder = new TempFolder();
        var time = new DayClock { Now = DateTimeOffset.Parse("2026-03-01T23:59:59Z", System.Globalization.CultureInfo.InvariantCulture) };
        var place = new AuditFolder(folder.Of("audit"), Silo: null);
        var first = new AuditLog(place, KeyHash.Open(place.Secret), time, NullLogger<AuditLog>.Instance);
        first.Write(Entry("one"));
        var again = new AuditLog(place, KeyHash.Open(place.Secret), time, NullLogger<AuditLog>.Instance);
        again.Write(Entry("two"));
        time.Now = time.Now.AddSeconds(1);
        again.Write(Entry("three"));

        Assert.Equal(2, File.ReadLines(folder.Of("audit", "2026-03-01.ndjson")).Count());
        Assert.Single(File.ReadLines(folder.Of("audit", "2026-03-02.ndjson")));
        Assert.Equal(first.HashOf("customer", "C1"), again.HashOf("customer", "C1"));
        Assert.NotEqual(first.HashOf("customer", "C1"), first.HashOf("account", "C1"));
        Assert.Equal("2026-03-02.silo-1.ndjson", Path.GetFileName(new AuditFolder(place.Path, "silo-1").FileOf(new(2026, 3, 2))));
        if (!OperatingSystem.IsWindows())
        {
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(place.Secret));
        }
    }

    [Fact]
    public void What_cannot_be_recorded_is_refused()
    {
        using var folder = new TempFolder();
        var place = new AuditFolder(folder.Of("audit"), Silo: null);
        var log = new AuditLog(place, KeyHash.Open(place.Secret), TimeProvider.System, NullLogger<AuditLog>.Instance);

        // A folder where the file would be: that nobody can write to, whoever runs the test.
        Directory.CreateDirectory(place.FileOf(DateOnly.FromDateTime(DateTime.UtcNow)));
        Directory.CreateDirectory(place.FileOf(DateOnly.FromDateTime(DateTime.UtcNow.AddDays(1))));

        Assert.Throws<AuditException>(() => log.Write(Entry("one")));
    }

    [Fact]
    public void A_secret_that_is_none_is_refused_by_name()
    {
        using var folder = new TempFolder();
        File.WriteAllText(folder.Of("key-hash.secret"), "abcd");

        Assert.Contains("key-hash.secret", Assert.Throws<CommandFailedException>(() => KeyHash.Open(folder.Of("key-hash.secret"))).Message, StringComparison.Ordinal);
    }

    private static AuditEntry Entry(string who) => new() { Who = who, By = AuditSource.ApiKey, Action = AuditAction.Query, Outcome = AuditOutcome.Done };

    private static string Text(JsonElement line, string name) => line.TryGetProperty(name, out var value) ? value.GetString()! : "";

    private static string Hashes(JsonElement line) => line.TryGetProperty("key_hashes", out var hashes) ? string.Join(',', hashes.EnumerateArray().Select(hash => hash.GetString())) : "";

    private static async Task UntilAsync(Func<Task<bool>> isSo)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        patience.CancelAfter(TimeSpan.FromSeconds(30));
        while (!await isSo())
        {
            await Task.Delay(20, patience.Token);
        }
    }

    private List<string> Lines() => [.. Directory.GetFiles(Path.Combine(site.Data, "audit"), "*.ndjson").Order().SelectMany(File.ReadLines)];

    private sealed class DayClock : TimeProvider
    {
        public DateTimeOffset Now { get; set; }

        public override DateTimeOffset GetUtcNow() => Now;
    }
}
