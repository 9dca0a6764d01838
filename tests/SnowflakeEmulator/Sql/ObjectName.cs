namespace CustomerTrack.SnowflakeEmulator;

/// <summary>A name of one to three parts, folded as Snowflake does: bare parts are upper case, quoted parts exact.</summary>
internal sealed record ObjectName(IReadOnlyList<string> Parts)
{
    public string Last => Parts[^1];

    public static ObjectName Of(params string[] parts) => new(parts);

    public static ObjectName Parse(string text)
    {
        var reader = new TokenReader(text);
        var name = reader.Name();
        return reader.AtEnd ? name : throw reader.Unexpected();
    }

    public static string Quote(string part) =>
        part.Length > 0 && !char.IsAsciiDigit(part[0]) && part.All(c => char.IsAsciiLetterUpper(c) || char.IsAsciiDigit(c) || c is '_' or '$')
            ? part
            : $"\"{part.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";

    public override string ToString() => string.Join('.', Parts.Select(Quote));

    public bool Equals(ObjectName? other) => other is not null && Parts.SequenceEqual(other.Parts, StringComparer.Ordinal);

    public override int GetHashCode() => Parts.Aggregate(0, (hash, part) => HashCode.Combine(hash, part));
}
