namespace QueryEngine.Sql.Parsing;

/// <summary>What a token is.</summary>
internal enum TokenKind : byte
{
    End,
    Invalid,

    Word,
    QuotedWord,
    UnicodeWord,

    Integer,
    RadixInteger,
    Decimal,
    Double,

    String,
    EscapeString,
    UnicodeString,
    DollarString,
    HexString,
    BitString,

    IndexedParameter,
    NamedParameter,
    Question,

    LeftParen,
    RightParen,
    LeftBracket,
    RightBracket,
    LeftBrace,
    RightBrace,
    Comma,
    Semicolon,
    Dot,
    Colon,
    DoubleColon,
    ColonEqual,
    FatArrow,

    Plus,
    Minus,
    Star,
    Slash,
    DoubleSlash,
    Percent,
    Caret,
    Concat,
    Ampersand,
    Bar,
    Hash,
    ShiftLeft,
    ShiftRight,
    Arrow,
    LongArrow,

    Equal,
    NotEqual,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,

    Tilde,
    TildeStar,
    NotTilde,
    NotTildeStar,
    DoubleTilde,
    DoubleTildeStar,
    NotDoubleTilde,
    NotDoubleTildeStar,

    OtherOperator,
}

/// <summary>A token: where it is in the text, and for a word which keyword it is.</summary>
internal readonly record struct Token(TokenKind Kind, Keyword Keyword, int Start, int Length)
{
    public int End => Start + Length;
}
