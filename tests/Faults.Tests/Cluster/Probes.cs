using System.Diagnostics;
using System.Globalization;
using System.Text;
using CustomerTrack.Harness;

namespace CustomerTrack.Faults;

/// <summary>
/// Files of a dimension of their own that the test lands to see when rows are queryable: each has enough customers to meet nearly every shard, so a
/// shard that nobody serves is noticed. Their answer is known by itself.
/// </summary>
internal sealed class Probes(ClusterSite site)
{
    public const string Dimension = "probe";

    private const int Customers = 200;
    private const string Moment = "2024-01-01T00:00:00.000000Z";

    private int _landed;

    /// <summary>Lands one and waits until all its rows are in the tables, as any silo that answers says.</summary>
    /// <param name="since">A timestamp; what is returned counts from there.</param>
    public async Task<TimeSpan> LandAndAwaitAsync(long since, TimeSpan patience, CancellationToken cancellationToken)
    {
        var probe = Land();
        var silos = 0;
        var last = "";
        await Fact.AwaitAsync(
            async () =>
            {
                if (site.Running is not { Count: > 0 } running)
                {
                    return false;
                }

                try
                {
                    var silo = running[silos++ % running.Count];
                    return await silo.NumberAsync($"SELECT count(*) FROM {Dimension} WHERE last_name = 'P{probe}'", cancellationToken) is var rows && (last = $"{silo} sees {rows} rows.") is not null && rows == Customers;
                }
                catch (Exception failure) when (failure is HttpRequestException or SiloAnswerException)
                {
                    last = failure.Message;
                    return false;
                }
            },
            patience,
            cancellationToken,
            async () => $"Probe {probe}: {last}\n{await site.DescribeAsync(cancellationToken)}");
        return Stopwatch.GetElapsedTime(since);
    }

    /// <summary>Writes the answer key of all that landed, in the shape of the generator's.</summary>
    public async Task WriteAnswerAsync(string folder, CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(folder);
        var rows = Enumerable.Range(1, _landed).SelectMany(probe => Enumerable.Range(1, Customers).Select(i => Row(probe, i))).ToList();
        await File.WriteAllLinesAsync(Path.Combine(folder, $"{Dimension}.csv"), ["", .. rows.Select(row => $"{row},{Moment}")], cancellationToken);
        await File.WriteAllLinesAsync(Path.Combine(folder, $"{Dimension}_history.csv"), ["", .. rows.Select(row => $"{row},{Moment},")], cancellationToken);
    }

    private int Land()
    {
        var probe = Interlocked.Increment(ref _landed);
        var text = new StringBuilder("customer_id,first_name,last_name,email,street,city,state,country,updated_at,op\n");
        for (var i = 1; i <= Customers; i++)
        {
            text.Append(CultureInfo.InvariantCulture, $"{Row(probe, i)},{Moment},u\n");
        }

        var folder = site.Landing(Dimension);
        Directory.CreateDirectory(folder);
        var name = string.Create(CultureInfo.InvariantCulture, $"{Dimension}_{probe:0000}.csv");
        File.WriteAllText(Path.Combine(folder, $".{name}.tmp"), text.ToString());
        File.Move(Path.Combine(folder, $".{name}.tmp"), Path.Combine(folder, name));
        return probe;
    }

    private static string Row(int probe, int customer) => string.Create(CultureInfo.InvariantCulture, $"Q{probe}-{customer},Probe,P{probe},,,,,");
}
