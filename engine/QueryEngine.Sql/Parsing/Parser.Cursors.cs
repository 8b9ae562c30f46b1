using QueryEngine.Spi;
using QueryEngine.Sql.Tree;

namespace QueryEngine.Sql.Parsing;

/// <content>Cursors.</content>
internal sealed partial class Parser
{
    /// <summary>DECLARE, FETCH, MOVE or CLOSE; null for anything else.</summary>
    private Statement? ParseCursorStatement(SourcePosition position)
    {
        if (AcceptWord("DECLARE"))
            return ParseDeclareCursor(position);
        if (AcceptWord("CLOSE"))
            return new CloseCursorStatement(Accept(Keyword.ALL) ? null : ParseIdentifier("a name of a cursor")) { Position = position };
        bool isMove = AtWord("MOVE");
        if (!isMove && !AtWord("FETCH"))
            return null;
        _index++;
        (CursorDirection direction, long? count) = ParseCursorDirection();
        if (!Accept(Keyword.FROM))
            Accept(Keyword.IN);
        return new FetchStatement(ParseIdentifier("a name of a cursor"), direction, count, isMove) { Position = position };
    }

    private DeclareCursorStatement ParseDeclareCursor(SourcePosition position)
    {
        var name = ParseIdentifier("a name of a cursor");
        bool? isScroll = null;
        while (!AcceptWord("CURSOR"))
        {
            bool isNo = Accept(Keyword.NO);
            if (AcceptWord("SCROLL"))
                isScroll = !isNo;
            else if (isNo || !(AcceptWord("INSENSITIVE") || AcceptWord("ASENSITIVE")))
                throw Unexpected("CURSOR");
        }

        bool isHold = At(Keyword.WITH) && IsWord(Peek(1), "HOLD");
        if (isHold || AtWord("WITHOUT"))
        {
            _index++;
            if (!AcceptWord("HOLD"))
                throw Unexpected("HOLD");
        }

        Expect(Keyword.FOR);
        return new DeclareCursorStatement(name, ParseQuery(), isScroll, isHold) { Position = position };
    }

    private (CursorDirection Direction, long? Count) ParseCursorDirection()
    {
        if (At(TokenKind.Integer) || At(TokenKind.Minus) || At(TokenKind.Plus))
            return (CursorDirection.Forward, ParseSignedInteger());
        if (Accept(Keyword.ALL))
            return (CursorDirection.Forward, null);

        // Words are names of cursors where nothing follows them.
        var next = Peek(1);
        if (next.Kind is TokenKind.End or TokenKind.Semicolon)
            return (CursorDirection.Forward, 1);
        if (AcceptWord("NEXT"))
            return (CursorDirection.Forward, 1);
        if (AcceptWord("PRIOR"))
            return (CursorDirection.Backward, 1);
        if (AcceptWord("FIRST"))
            return (CursorDirection.Absolute, 1);
        if (AcceptWord("LAST"))
            return (CursorDirection.Absolute, -1);
        if (AcceptWord("ABSOLUTE"))
            return (CursorDirection.Absolute, ParseSignedInteger());
        if (AcceptWord("RELATIVE"))
            return (CursorDirection.Relative, ParseSignedInteger());
        bool isForward = AcceptWord("FORWARD");
        if (!isForward && !AcceptWord("BACKWARD"))
            return (CursorDirection.Forward, 1);
        var direction = isForward ? CursorDirection.Forward : CursorDirection.Backward;
        if (Accept(Keyword.ALL))
            return (direction, null);
        return (direction, At(TokenKind.Integer) || At(TokenKind.Minus) || At(TokenKind.Plus) ? ParseSignedInteger() : 1);
    }
}
