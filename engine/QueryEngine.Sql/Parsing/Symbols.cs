namespace QueryEngine.Sql.Parsing;

/// <summary>The operators that are not a single punctuation mark, longest first.</summary>
internal static class Symbols
{
    private static readonly (string Text, TokenKind Kind)[] _bang =
    [
        ("!~~*", TokenKind.NotDoubleTildeStar), ("!~~", TokenKind.NotDoubleTilde), ("!~*", TokenKind.NotTildeStar),
        ("!~", TokenKind.NotTilde), ("!=", TokenKind.NotEqual), ("!!", TokenKind.OtherOperator),
    ];

    private static readonly (string Text, TokenKind Kind)[] _tilde =
    [
        ("~~*", TokenKind.DoubleTildeStar), ("~~", TokenKind.DoubleTilde), ("~*", TokenKind.TildeStar), ("~", TokenKind.Tilde),
    ];

    private static readonly (string Text, TokenKind Kind)[] _less =
    [
        ("<->", TokenKind.OtherOperator), ("<=>", TokenKind.OtherOperator), ("<=", TokenKind.LessOrEqual),
        ("<>", TokenKind.NotEqual), ("<<", TokenKind.ShiftLeft), ("<@", TokenKind.OtherOperator), ("<", TokenKind.Less),
    ];

    private static readonly (string Text, TokenKind Kind)[] _greater =
        [(">=", TokenKind.GreaterOrEqual), (">>", TokenKind.ShiftRight), (">", TokenKind.Greater)];

    private static readonly (string Text, TokenKind Kind)[] _equal =
        [("=>", TokenKind.FatArrow), ("==", TokenKind.Equal), ("=", TokenKind.Equal)];

    private static readonly (string Text, TokenKind Kind)[] _minus =
        [("->>", TokenKind.LongArrow), ("->", TokenKind.Arrow), ("-|-", TokenKind.OtherOperator), ("-", TokenKind.Minus)];

    private static readonly (string Text, TokenKind Kind)[] _bar =
    [
        ("||/", TokenKind.OtherOperator), ("||", TokenKind.Concat), ("|/", TokenKind.OtherOperator), ("|", TokenKind.Bar),
    ];

    private static readonly (string Text, TokenKind Kind)[] _ampersand =
    [
        ("&&", TokenKind.OtherOperator), ("&<", TokenKind.OtherOperator), ("&>", TokenKind.OtherOperator), ("&", TokenKind.Ampersand),
    ];

    private static readonly (string Text, TokenKind Kind)[] _hash =
    [
        ("#>>", TokenKind.OtherOperator), ("#>", TokenKind.OtherOperator), ("#-", TokenKind.OtherOperator), ("#", TokenKind.Hash),
    ];

    private static readonly (string Text, TokenKind Kind)[] _at =
        [("@>", TokenKind.OtherOperator), ("@@", TokenKind.OtherOperator), ("@?", TokenKind.OtherOperator), ("@", TokenKind.OtherOperator)];

    private static readonly (string Text, TokenKind Kind)[] _caret = [("^@", TokenKind.OtherOperator), ("^", TokenKind.Caret)];

    private static readonly (string Text, TokenKind Kind)[] _colon =
        [("::", TokenKind.DoubleColon), (":=", TokenKind.ColonEqual), (":", TokenKind.Colon)];

    private static readonly (string Text, TokenKind Kind)[] _slash = [("//", TokenKind.DoubleSlash), ("/", TokenKind.Slash)];
    private static readonly (string Text, TokenKind Kind)[] _star = [("**", TokenKind.Caret), ("*", TokenKind.Star)];
    private static readonly (string Text, TokenKind Kind)[] _plus = [("+", TokenKind.Plus)];
    private static readonly (string Text, TokenKind Kind)[] _percent = [("%", TokenKind.Percent)];

    /// <summary>The operators that start with this character.</summary>
    public static (string Text, TokenKind Kind)[] StartingWith(char c) => c switch
    {
        '!' => _bang,
        '~' => _tilde,
        '<' => _less,
        '>' => _greater,
        '=' => _equal,
        '-' => _minus,
        '|' => _bar,
        '&' => _ampersand,
        '#' => _hash,
        '@' => _at,
        '^' => _caret,
        ':' => _colon,
        '/' => _slash,
        '*' => _star,
        '+' => _plus,
        '%' => _percent,
        _ => [],
    };
}
