using System.Globalization;
using CustomerTrack.Dimensions;
using CustomerTrack.Records;

namespace CustomerTrack.Benchmarks;

/// <summary>Makes the encoded columns of invented customers, as long as real ones.</summary>
internal sealed class CustomerContent(DimensionDefinition dimension)
{
    private readonly ContentWriter _writer = new(dimension);

    /// <summary>Another version has another street and city.</summary>
    public byte[] Of(int customer, int version)
    {
        _writer.Begin();
        for (var column = 0; column < dimension.Columns.Count; column++)
        {
            _writer.SetText(column, dimension.Columns[column].Name switch
            {
                "email" => string.Create(CultureInfo.InvariantCulture, $"first.last{customer}@example.com"),
                "street" => string.Create(CultureInfo.InvariantCulture, $"{1 + (version * 31 % 300)} Station Road"),
                "city" => string.Create(CultureInfo.InvariantCulture, $"Springfield {version}"),
                "country" => (customer % 3) switch { 0 => "US", 1 => "DE", _ => "FR" },
                var name => string.Create(CultureInfo.InvariantCulture, $"{name} {customer % 1000}"),
            });
        }

        return _writer.Finish().ToArray();
    }
}
