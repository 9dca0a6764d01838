namespace CustomerTrack.SnowflakeEmulator;

internal enum TokenKind
{
    /// <summary>A bare word; its text is folded to upper case.</summary>
    Word,

    /// <summary>A name in double quotes; its text is exact.</summary>
    Quoted,

    /// <summary>A string in single quotes or between dollars, unescaped.</summary>
    Text,

    Number,

    /// <summary><c>$1</c> or <c>$NAME</c>.</summary>
    Dollar,

    Symbol,

    End,
}
