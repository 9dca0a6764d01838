using System.Reflection;
using System.Text;

namespace CustomerTrack.Merge;

/// <summary>A SQL text shipped in the assembly, with <c>{name}</c> where a dimension's names and columns go.</summary>
public static class SqlTemplate
{
    /// <summary>Reads a text by its path below <c>sql/</c> (<c>merge/scd2.sql</c>) and fills it in.</summary>
    /// <exception cref="ArgumentException">There is no such text, or it has a placeholder without a value.</exception>
    public static string Render(string path, IReadOnlyDictionary<string, string> values)
    {
        using var stream = Assembly.GetExecutingAssembly().GetManifestResourceStream(path)
            ?? throw new ArgumentException($"There is no SQL text '{path}'.", nameof(path));
        using var reader = new StreamReader(stream);
        var template = reader.ReadToEnd();

        var text = new StringBuilder(template.Length * 2);
        var position = 0;
        while (template.IndexOf('{', position) is >= 0 and var open)
        {
            var close = template.IndexOf('}', open);
            var name = close < 0 ? template[(open + 1)..] : template[(open + 1)..close];
            if (close < 0 || !values.TryGetValue(name, out var value))
            {
                throw new ArgumentException($"SQL text '{path}': no value for '{name}'.", nameof(values));
            }

            text.Append(template, position, open - position).Append(value);
            position = close + 1;
        }

        return text.Append(template, position, template.Length - position).ToString().TrimEnd();
    }
}
