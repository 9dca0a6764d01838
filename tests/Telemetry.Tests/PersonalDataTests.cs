using System.Text;

namespace CustomerTrack.Telemetry;

/// <summary>Nobody's key or attributes are in anything that leaves the process for those who watch it.</summary>
public sealed class PersonalDataTests
{
    private const string Mark = "Zq7Mark";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task No_key_and_no_value_is_in_logs_metrics_or_traces(bool grainCalls)
    {
        await using var traced = await TracedSite.CreateAsync(Token);
        traced.Site.Environment["CUSTOMERTRACK_Telemetry__GrainCalls"] = grainCalls.ToString();
        await using var service = await traced.Site.ServeAsync(Token);

        // New customers, known ones whose grains are called, late rows, conflicts, rows and files that nobody can accept.
        traced.Site.Land("first.csv", TracedSite.File(50, version: 5, Mark));
        await traced.TraceOfAsync("first.csv", Token);
        traced.Site.Land("second.csv", TracedSite.File(50, version: 9, Mark));
        traced.Site.Land("late.csv", TracedSite.File(50, version: 2, Mark));
        traced.Site.Land("conflict.csv", TracedSite.File(50, version: 9, Mark + "x"));
        traced.Site.Land("dirty.csv", Encoding.UTF8.GetBytes($"customer_id,updated_at,extra_column\n{Mark}1,{Mark}never,{Mark}\n{Mark}2\n\"{Mark}3,2025-01-01\n"));
        traced.Site.Land("dirty.ndjson", Encoding.UTF8.GetBytes($"{{\"customer_id\":\"{Mark}1\",\"updated_at\":\"{Mark}\"}}\n{{\"{Mark}\n"));
        traced.Site.Land("headless.csv", Encoding.UTF8.GetBytes($"{Mark}1,2025-01-01T00:00:00Z,u,{Mark}\n{Mark}2,2025-01-01T00:00:00Z,u,{Mark}\n"));
        traced.Site.Land("broken.csv.gz", Encoding.UTF8.GetBytes(Mark));
        traced.Site.Land("replayed.csv", TracedSite.File(50, version: 9, Mark));
        await traced.TraceOfAsync("second.csv", Token);
        await service.DrainAsync(TimeSpan.FromMinutes(1), Token);
        foreach (var path in (string[])[$"api/customer/{Mark}1", $"api/customer/{Mark}1/history", $"api/customer/{Mark}nobody", $"api/customer/{Mark}1?asOf={Mark}", $"api/{Mark}/{Mark}"])
        {
            await service.Http.GetAsync(path, Token);
        }

        var metrics = await service.Http.GetStringAsync("metrics", Token);
        await traced.Site.RunAsync(Token, "query", $"SELECT * FROM customer WHERE first_name = '{Mark}'");
        await traced.Site.RunAsync(Token, "query", $"SELECT {Mark} FROM customer");
        await traced.Site.RunAsync(Token, "rejects", "replay");
        await service.DrainAsync(TimeSpan.FromMinutes(1), Token);
        var ended = await service.StopAsync(Token);

        // It was there to be told, and told where it belongs.
        Assert.True((await traced.Site.NumberAsync($"SELECT count(*) FROM customer WHERE customer_id LIKE '{Mark}%'", Token)) >= 50);
        Assert.Contains(traced.Site.Quarantine, line => line.Contains(Mark, StringComparison.Ordinal));
        Assert.Equal(2, traced.Site.RejectedNotes.Count);
        Assert.Contains("customertrack.change.latency", traced.Receiver.Instruments);
        Assert.Equal(grainCalls, traced.Receiver.Spans.Any(span => span.Source.StartsWith("Microsoft.Orleans.", StringComparison.Ordinal) && span.Name.Contains("ICustomerGrain", StringComparison.Ordinal)));
        Assert.NotEqual(0, traced.Receiver.RequestsWith("second.csv"));
        Assert.Equal(0, traced.Receiver.RequestsWith(Mark));
        Assert.DoesNotContain(Mark, metrics, StringComparison.Ordinal);
        Assert.DoesNotContain(Mark, ended.Error, StringComparison.Ordinal);
        Assert.DoesNotContain(Mark, ended.Out, StringComparison.Ordinal);
    }
}
