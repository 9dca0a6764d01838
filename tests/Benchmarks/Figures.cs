using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace CustomerTrack.Benchmarks;

/// <summary>What a run measured, shown as it comes and written as JSON at the end.</summary>
internal sealed class Figures(TextWriter output)
{
    private static readonly JsonSerializerOptions Indented = new()
    {
        WriteIndented = true,
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase) },
    };

    private readonly List<Figure> _all = [];

    public void Begin(string group) => output.WriteLine($"{Environment.NewLine}{group}");

    public void Add(string group, string name, double value, string unit)
    {
        _all.Add(new(group, name, value, unit));
        var digits = Math.Abs(value) switch { >= 1000 => "N0", >= 10 => "N1", _ => "N3" };
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  {name,-48} {value.ToString(digits, CultureInfo.InvariantCulture),14} {unit}"));
    }

    public double Get(string group, string name) => _all.Find(figure => figure.Group == group && figure.Name == name)?.Value
        ?? throw new ArgumentException($"'{group}' has no figure '{name}'.", nameof(name));

    /// <summary>Writes machine, options and figures: <c>figures.&lt;group&gt;.&lt;name&gt;</c> is <c>{ value, unit }</c>.</summary>
    public async Task WriteAsync(string path, object options, CancellationToken cancellationToken)
    {
        var document = new
        {
            machine = Machine.Describe(),
            options,
            figures = _all.GroupBy(figure => figure.Group)
                .ToDictionary(group => group.Key, group => group.ToDictionary(figure => figure.Name, figure => new { value = figure.Value, unit = figure.Unit })),
        };
        await File.WriteAllTextAsync(path, JsonSerializer.Serialize(document, Indented) + Environment.NewLine, cancellationToken);
        await output.WriteLineAsync($"{Environment.NewLine}Written to {path}.");
    }
}
