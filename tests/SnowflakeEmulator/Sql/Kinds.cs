namespace CustomerTrack.SnowflakeEmulator;

/// <summary>The words for kinds of objects.</summary>
internal static class Kinds
{
    private static readonly (string[] Words, ObjectKind Kind)[] Names =
    [
        (["STORAGE", "INTEGRATION"], ObjectKind.Integration),
        (["INTEGRATION"], ObjectKind.Integration),
        (["NETWORK", "POLICY"], ObjectKind.NetworkPolicy),
        (["NETWORK", "RULE"], ObjectKind.NetworkRule),
        (["FILE", "FORMAT"], ObjectKind.FileFormat),
        (["MASKING", "POLICY"], ObjectKind.MaskingPolicy),
        (["ACCOUNT"], ObjectKind.Account),
        (["ROLE"], ObjectKind.Role),
        (["USER"], ObjectKind.User),
        (["DATABASE"], ObjectKind.Database),
        (["SCHEMA"], ObjectKind.Schema),
        (["WAREHOUSE"], ObjectKind.Warehouse),
        (["STAGE"], ObjectKind.Stage),
        (["TABLE"], ObjectKind.Table),
        (["VIEW"], ObjectKind.View),
        (["STREAM"], ObjectKind.Stream),
        (["PIPE"], ObjectKind.Pipe),
        (["PROCEDURE"], ObjectKind.Procedure),
        (["TASK"], ObjectKind.Task),
        (["TAG"], ObjectKind.Tag),
    ];

    public static ObjectKind Read(TokenReader reader) => TryRead(reader) ?? throw reader.Unexpected();

    public static ObjectKind? TryRead(TokenReader reader, bool plural = false)
    {
        foreach (var (words, kind) in Names)
        {
            if (!Matches(reader, words, plural))
                continue;
            for (var i = 0; i < words.Length; i++)
                reader.Take();
            return kind;
        }
        return null;
    }

    private static bool Matches(TokenReader reader, string[] words, bool plural)
    {
        for (var i = 0; i < words.Length; i++)
        {
            var word = plural && i == words.Length - 1 ? Plural(words[i]) : words[i];
            if (!reader.Ahead(i).IsWord(word))
                return false;
        }
        return true;
    }

    private static string Plural(string word) => word.EndsWith('Y') ? word[..^1] + "IES" : word + "S";

    public static string Word(ObjectKind kind) => kind switch
    {
        ObjectKind.FileFormat => "FILE_FORMAT",
        ObjectKind.MaskingPolicy => "MASKING_POLICY",
        ObjectKind.NetworkPolicy => "NETWORK_POLICY",
        ObjectKind.NetworkRule => "NETWORK_RULE",
        _ => kind.ToString().ToUpperInvariant(),
    };

    /// <summary>Whether the object lives in a schema.</summary>
    public static bool InSchema(ObjectKind kind) => kind >= ObjectKind.FileFormat || kind == ObjectKind.NetworkRule;

    public static PropertyNames Properties(ObjectKind kind) => kind switch
    {
        ObjectKind.Role => PropertyNames.Role,
        ObjectKind.User => PropertyNames.User,
        ObjectKind.Database => PropertyNames.Database,
        ObjectKind.Schema => PropertyNames.Schema,
        ObjectKind.Warehouse => PropertyNames.Warehouse,
        ObjectKind.Integration => PropertyNames.Integration,
        ObjectKind.NetworkPolicy => PropertyNames.NetworkPolicy,
        ObjectKind.NetworkRule => PropertyNames.NetworkRule,
        ObjectKind.FileFormat => PropertyNames.FileFormat,
        ObjectKind.Stage => PropertyNames.Stage,
        ObjectKind.Table => PropertyNames.Table,
        ObjectKind.View => PropertyNames.View,
        ObjectKind.Stream => PropertyNames.Stream,
        ObjectKind.Pipe => PropertyNames.Pipe,
        ObjectKind.Procedure => PropertyNames.Procedure,
        ObjectKind.Task => PropertyNames.Task,
        ObjectKind.Tag => PropertyNames.Tag,
        ObjectKind.MaskingPolicy => PropertyNames.Policy,
        _ => throw SqlException.NotEmulated($"properties of {Word(kind)}"),
    };
}
