using System.Globalization;

namespace CustomerTrack.Telemetry;

/// <summary>Decodes what OTLP exporters send, by the numbers of opentelemetry-proto.</summary>
internal static class OtlpDecoder
{
    /// <summary>The spans of an ExportTraceServiceRequest.</summary>
    public static List<ReceivedSpan> Spans(byte[] request)
    {
        var spans = new List<ReceivedSpan>();
        var resources = new ProtobufReader(request);
        while (resources.Next())
        {
            var from = new Dictionary<string, string>(StringComparer.Ordinal);
            var resource = new ProtobufReader(resources.Bytes);
            while (resource.Next())
            {
                if (resource.Field == 1)
                {
                    AddAttributes(resource.Bytes, from);
                }
                else if (resource.Field == 2)
                {
                    AddScope(resource.Bytes, from, spans);
                }
            }
        }

        return spans;
    }

    /// <summary>The names of the instruments of an ExportMetricsServiceRequest.</summary>
    public static List<string> Instruments(byte[] request)
    {
        var names = new List<string>();
        var resources = new ProtobufReader(request);
        while (resources.Next())
        {
            var resource = new ProtobufReader(resources.Bytes);
            while (resource.Next())
            {
                var scope = new ProtobufReader(resource.Field == 2 ? resource.Bytes : []);
                while (scope.Next())
                {
                    var metric = new ProtobufReader(scope.Field == 2 ? scope.Bytes : []);
                    while (metric.Next())
                    {
                        if (metric.Field == 1)
                        {
                            names.Add(metric.Text);
                        }
                    }
                }
            }
        }

        return names;
    }

    private static void AddAttributes(ReadOnlySpan<byte> message, Dictionary<string, string> attributes)
    {
        var resource = new ProtobufReader(message);
        while (resource.Next())
        {
            if (resource.Field == 1)
            {
                var (key, value) = Attribute(resource.Bytes);
                attributes[key] = value;
            }
        }
    }

    private static void AddScope(ReadOnlySpan<byte> message, Dictionary<string, string> resource, List<ReceivedSpan> spans)
    {
        var source = "";
        var scope = new ProtobufReader(message);
        while (scope.Next())
        {
            if (scope.Field == 1)
            {
                var named = new ProtobufReader(scope.Bytes);
                while (named.Next())
                {
                    source = named.Field == 1 ? named.Text : source;
                }
            }
            else if (scope.Field == 2)
            {
                spans.Add(Span(scope.Bytes, source, resource));
            }
        }
    }

    private static ReceivedSpan Span(ReadOnlySpan<byte> message, string source, Dictionary<string, string> resource)
    {
        var (trace, id, parent, name, kind, start, end) = ("", "", "", "", 0, 0L, 0L);
        var links = new List<string>();
        var attributes = new Dictionary<string, string>(StringComparer.Ordinal);
        var span = new ProtobufReader(message);
        while (span.Next())
        {
            switch (span.Field)
            {
                case 1:
                    trace = Convert.ToHexStringLower(span.Bytes);
                    break;
                case 2:
                    id = Convert.ToHexStringLower(span.Bytes);
                    break;
                case 4:
                    parent = Convert.ToHexStringLower(span.Bytes);
                    break;
                case 5:
                    name = span.Text;
                    break;
                case 6:
                    kind = (int)span.Number;
                    break;
                case 7:
                    start = (long)span.Number;
                    break;
                case 8:
                    end = (long)span.Number;
                    break;
                case 9:
                    var (key, value) = Attribute(span.Bytes);
                    attributes[key] = value;
                    break;
                case 13:
                    var link = new ProtobufReader(span.Bytes);
                    while (link.Next())
                    {
                        if (link.Field == 2)
                        {
                            links.Add(Convert.ToHexStringLower(link.Bytes));
                        }
                    }

                    break;
                default:
                    break;
            }
        }

        return new()
        {
            Resource = resource,
            Source = source,
            Name = name,
            Kind = kind,
            Trace = trace,
            Id = id,
            Parent = parent,
            Start = start,
            End = end,
            Links = links,
            Attributes = attributes,
        };
    }

    private static (string Key, string Value) Attribute(ReadOnlySpan<byte> message)
    {
        var (key, value) = ("", "");
        var attribute = new ProtobufReader(message);
        while (attribute.Next())
        {
            if (attribute.Field == 1)
            {
                key = attribute.Text;
                continue;
            }

            var any = new ProtobufReader(attribute.Bytes);
            while (any.Next())
            {
                value = any.Field switch
                {
                    1 => any.Text,
                    2 => any.Number == 1 ? "true" : "false",
                    3 => ((long)any.Number).ToString(CultureInfo.InvariantCulture),
                    4 => BitConverter.UInt64BitsToDouble(any.Number).ToString(CultureInfo.InvariantCulture),
                    _ => $"(field {any.Field})",
                };
            }
        }

        return (key, value);
    }
}
