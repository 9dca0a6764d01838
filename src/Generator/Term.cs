using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace CustomerTrack.Generator;

/// <summary>A text of the vocabulary with the bytes it has in files, encoded once.</summary>
internal sealed class Term
{
    public Term(string text)
    {
        Text = text;
        NeedsQuotes = text.AsSpan().IndexOfAny(",\"\r\n") >= 0;
        CsvInner = Encoding.UTF8.GetBytes(text.Replace("\"", "\"\"", StringComparison.Ordinal));
        Csv = NeedsQuotes ? [(byte)'"', .. CsvInner, (byte)'"'] : CsvInner;
        Json = JsonEncodedText.Encode(text, JavaScriptEncoder.UnsafeRelaxedJsonEscaping).EncodedUtf8Bytes.ToArray();
        Slug = MakeSlug(text);
    }

    public string Text { get; }

    /// <summary>As a CSV field it has to stand in quotes.</summary>
    public bool NeedsQuotes { get; }

    /// <summary>A whole CSV field.</summary>
    public byte[] Csv { get; }

    /// <summary>Inside a CSV field that has quotes where <see cref="NeedsQuotes"/>.</summary>
    public byte[] CsvInner { get; }

    /// <summary>Inside the quotes of a JSON string.</summary>
    public byte[] Json { get; }

    /// <summary>Its ASCII letters in lower case, for e-mail addresses.</summary>
    public byte[] Slug { get; }

    private static byte[] MakeSlug(string text)
    {
        var slug = new string([.. text.Where(char.IsAsciiLetter)]).ToLowerInvariant();
        return Encoding.UTF8.GetBytes(slug.Length == 0 ? "mail" : slug);
    }
}
