using QueryEngine.Spi;
using QueryEngine.Sql.Tree;

namespace QueryEngine.Sql.Parsing;

/// <content>Cursors.</content>
internal sealed partial class Parser
{
    /// <summary>DECLARE, OPEN, FETCH, MOVE or CLOSE; null for anything else.</summary>
    private Statement? ParseCursorStatement(SourcePosition position)
    {
        if (AcceptWord("DECLARE"))
            return ParseDeclareCursor(position);
        if (AcceptWord("OPEN"))
            return new OpenCursorStatement(ParseIdentifier("a name of a cursor")) { Position = position };
        if (AcceptWord("CLOSE"))
            return new CloseCursorStatement(Accept(Keyword.ALL) ? null : ParseIdentifier("a name of a cursor")) { Position = position };
        bool isMove = AtWord("MOVE");
        if (!isMove && !AtWord("FETCH"))
            return null;
        _index++;
        (CursorDirection direction, long? count) = ParseCursorDirection();
        if (!Accept(Keyword.FROM))
            Accept(Keyword.IN);
        var name = ParseIdentifier("a name of a cursor");
        return new FetchStatement(name, direction, count, isMove) { Position = position, Into = isMove ? null : ParseFetchTarget() };
    }

    // A host language names variables here; direct SQL has none.
    private QualifiedName? ParseFetchTarget()
    {
        if (!Accept(Keyword.INTO))
            return null;
        var position = Here;
        var table = AtIdentifier ? ParseQualifiedName("a name of a table") : null;
        return table is not null && !At(TokenKind.Comma)
            ? table
            : throw QueryException.NotSupported("fetching into variables", position, "Name one table, which the rows are added to, or leave INTO away.");
    }

    private DeclareCursorStatement ParseDeclareCursor(SourcePosition position)
    {
        var name = ParseIdentifier("a name of a cursor");
        bool? isScroll = null;
        bool isInsensitive = false;
        while (!AcceptWord("CURSOR"))
        {
            bool isNo = Accept(Keyword.NO);
            if (AcceptWord("SCROLL"))
                isScroll = !isNo;
            else if (!isNo && AcceptWord("INSENSITIVE"))
                isInsensitive = true;
            else if (!isNo && AtWord("SENSITIVE"))
                throw QueryException.NotSupported("a cursor that sees later changes", Here, "Leave SENSITIVE away: a cursor shows the rows that were there when it was opened.");
            else if (isNo || !AcceptWord("ASENSITIVE"))
                throw Unexpected("CURSOR");
        }

        bool isHold = At(Keyword.WITH) && IsWord(Peek(1), "HOLD");
        if (isHold || AtWord("WITHOUT"))
        {
            _index++;
            if (!AcceptWord("HOLD"))
                throw Unexpected("HOLD");
        }

        // To return the rows to a caller means something in a procedure only.
        if ((At(Keyword.WITH) || AtWord("WITHOUT")) && IsWord(Peek(1), "RETURN"))
            _index += 2;
        Expect(Keyword.FOR);
        _cursorDepth = _depth + 1;
        var query = ParseQuery();
        _cursorDepth = 0;
        var (use, columns) = ParseCursorUse();
        return new DeclareCursorStatement(name, query, isScroll, isHold) { Position = position, IsInsensitive = isInsensitive, Use = use, Columns = columns };
    }

    private (CursorUse Use, ImmutableArray<Identifier> Columns) ParseCursorUse()
    {
        if (!Accept(Keyword.FOR))
            return (CursorUse.Any, []);
        if (AcceptWord("READ"))
        {
            if (!AcceptWord("ONLY"))
                throw Unexpected("ONLY");
            return (CursorUse.ReadOnly, []);
        }

        Expect(Keyword.UPDATE);
        return (CursorUse.Update, AcceptWord("OF") ? List(static parser => parser.ParseIdentifier("a name of a column")) : []);
    }

    /// <summary>CURRENT OF after WHERE.</summary>
    private Identifier? ParseCurrentOf()
    {
        if (!AtWord("CURRENT") || !IsWord(Peek(1), "OF"))
            return null;
        _index += 2;
        return ParseIdentifier("a name of a cursor");
    }

    private (CursorDirection Direction, long? Count) ParseCursorDirection()
    {
        if (At(TokenKind.Integer) || At(TokenKind.Minus) || At(TokenKind.Plus))
            return (CursorDirection.Forward, ParseSignedInteger());
        if (Accept(Keyword.ALL))
            return (CursorDirection.Forward, null);

        // Words are names of cursors where nothing follows them.
        var next = Peek(1);
        if (next.Kind is TokenKind.End or TokenKind.Semicolon || next.Keyword == Keyword.INTO)
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
