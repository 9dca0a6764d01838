using System.Text.Json;
using System.Text.RegularExpressions;

namespace CustomerTrack.Telemetry;

/// <summary>Dashboard and alert rules ask for metrics that the code has, under the names Prometheus gives them.</summary>
public sealed partial class DashboardTests
{
    private static readonly string Root = FindRoot();

    [Theory]
    [InlineData("docker/grafana/dashboards/pipeline.json")]
    [InlineData("docker/prometheus/rules.yml")]
    public void Every_metric_of_ours_that_is_asked_for_exists(string file)
    {
        var exported = Exported();
        var asked = Asked().Matches(File.ReadAllText(Path.Combine(Root, file))).Select(match => match.Value).Distinct().ToList();

        Assert.NotEmpty(asked);
        Assert.DoesNotContain(asked, name => !exported.Contains(name));
    }

    [Fact]
    public void The_dashboard_is_json_and_shows_flow_latencies_states_redis_and_silos()
    {
        var panels = JsonElement.Parse(File.ReadAllText(Path.Combine(Root, "docker/grafana/dashboards/pipeline.json"))).GetProperty("panels").EnumerateArray()
            .Where(panel => panel.GetProperty("type").GetString() == "row").Select(row => row.GetProperty("title").GetString());

        Assert.Equal(["Flow", "Latencies", "States and Redis", "Silos"], panels);
    }

    [Fact]
    public void No_file_of_the_composition_holds_a_secret()
    {
        var files = Directory.EnumerateFiles(Path.Combine(Root, "docker"), "*", SearchOption.AllDirectories).Append(Path.Combine(Root, "docker-compose.yml")).Append(Path.Combine(Root, ".env.example"));

        Assert.DoesNotContain(files, file => Secret().IsMatch(File.ReadAllText(file)));
    }

    // From the text, so that an instrument nobody has touched yet counts as well.
    private static HashSet<string> Exported()
    {
        var names = new HashSet<string>(StringComparer.Ordinal);
        foreach (var file in Directory.EnumerateFiles(Path.Combine(Root, "src"), "*Instruments.cs", SearchOption.AllDirectories))
        {
            foreach (Match instrument in Instrument().Matches(File.ReadAllText(file)))
            {
                var unit = instrument.Groups[3].Value switch { "s" => "_seconds", "By" => "_bytes", _ => "" };
                var name = instrument.Groups[2].Value.Replace('.', '_');
                name = name.EndsWith(unit, StringComparison.Ordinal) ? name : name + unit;
                names.UnionWith(instrument.Groups[1].Value switch { "Counter" => [name + "_total"], "Histogram" => [name + "_bucket", name + "_sum", name + "_count"], _ => [name] });
            }
        }

        return names;
    }

    private static string FindRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "CustomerTrack.slnx")))
        {
            folder = folder.Parent ?? throw new FileNotFoundException("CustomerTrack.slnx is in no folder above the tests.");
        }

        return folder.FullName;
    }

    [GeneratedRegex(@"Create(Counter|Histogram|UpDownCounter|ObservableGauge)<\w+>\(\s*""(customertrack\.[a-z_.]+)"",\s*(?:\w+,\s*)?""([^""]*)""")]
    private static partial Regex Instrument();

    // Names that are whole: one inside of a pattern of names goes on with a bracket.
    [GeneratedRegex(@"\bcustomertrack_[a-z_]+[a-z](?![a-z_(])")]
    private static partial Regex Asked();

    [GeneratedRegex(@"-----BEGIN [A-Z ]*PRIVATE KEY|\b[0-9a-f]{32,}\b(?<!e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855)|AKIA[0-9A-Z]{16}")]
    private static partial Regex Secret();
}
