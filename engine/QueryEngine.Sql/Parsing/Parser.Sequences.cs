using QueryEngine.Spi;
using QueryEngine.Sql.Tree;

namespace QueryEngine.Sql.Parsing;

/// <content>Sequences and identity columns.</content>
internal sealed partial class Parser
{
    private CreateSequenceStatement ParseCreateSequence(SourcePosition position)
    {
        _index++;
        bool ifNotExists = AcceptIfNotExists();
        var name = ParseQualifiedName("a name of a sequence");
        return new CreateSequenceStatement(name, ParseSequenceOptions(), ifNotExists) { Position = position };
    }

    private SequenceOptions ParseSequenceOptions()
    {
        var options = new SequenceOptions { Position = Here };
        while (ParseSequenceOption(options) is { } more)
            options = more;
        return options;
    }

    private SequenceOptions? ParseSequenceOption(SequenceOptions options)
    {
        if (Accept(Keyword.AS))
            return options with { Type = ParseType() };
        if (AcceptWord("INCREMENT"))
        {
            Accept(Keyword.BY);
            return options with { Increment = ParseSignedInteger() };
        }

        if (At(Keyword.NO) && IsWord(Peek(1), "CYCLE"))
        {
            _index += 2;
            return options with { IsCycle = false };
        }

        bool isNone = At(Keyword.NO) && (IsWord(Peek(1), "MINVALUE") || IsWord(Peek(1), "MAXVALUE")) && Accept(Keyword.NO);
        if (AcceptWord("MINVALUE"))
            return options with { Minimum = new SequenceNumber(isNone ? null : ParseSignedInteger()) };
        if (AcceptWord("MAXVALUE"))
            return options with { Maximum = new SequenceNumber(isNone ? null : ParseSignedInteger()) };
        if (AcceptWord("START"))
        {
            Accept(Keyword.WITH);
            return options with { Start = ParseSignedInteger() };
        }

        if (AcceptWord("RESTART"))
        {
            bool hasValue = Accept(Keyword.WITH) || At(TokenKind.Integer) || At(TokenKind.Minus) || At(TokenKind.Plus);
            return options with { Restart = new SequenceNumber(hasValue ? ParseSignedInteger() : null) };
        }

        // Values are not handed out ahead of their use: there is nothing to keep.
        if (AcceptWord("CACHE"))
            return ParseSignedInteger() > 0 ? options : throw new QueryException(ErrorCode.InvalidParameterValue, "CACHE must be greater than zero", Here);
        if (AcceptWord("CYCLE"))
            return options with { IsCycle = true };
        if (!AcceptWord("OWNED"))
            return null;
        Expect(Keyword.BY);
        return AcceptWord("NONE") ? options with { IsOwnedByNone = true, OwnedBy = null } : options with { OwnedBy = ParseQualifiedName("a column"), IsOwnedByNone = false };
    }

    private long ParseSignedInteger()
    {
        var position = Here;
        bool isNegative = Accept(TokenKind.Minus);
        if (!isNegative)
            Accept(TokenKind.Plus);
        if (!At(TokenKind.Integer))
            throw Unexpected("a whole number");
        string digits = NumberText(Current);
        _index++;
        return long.TryParse(isNegative ? "-" + digits : digits, System.Globalization.CultureInfo.InvariantCulture, out long value)
            ? value
            : throw new QueryException(ErrorCode.NumericValueOutOfRange, $"{digits} is out of the range of bigint", position);
    }

    private AlterSequenceStatement ParseAlterSequence(SourcePosition position, bool ifExists, QualifiedName name)
    {
        var options = ParseSequenceOptions();
        return options == new SequenceOptions { Position = options.Position }
            ? throw Unexpected("an option of a sequence, or RENAME TO")
            : new AlterSequenceStatement(name, options, ifExists) { Position = position };
    }

    /// <summary><c>[GENERATED] ALWAYS AS IDENTITY [(options)]</c>, from the parenthesis on.</summary>
    private IdentityDefinition ParseIdentityOptions(bool isAlways)
    {
        var position = Here;
        if (!Accept(TokenKind.LeftParen))
            return new IdentityDefinition(isAlways, new SequenceOptions { Position = position }) { Position = position };
        var options = ParseSequenceOptions();
        ExpectRightParen();
        return new IdentityDefinition(isAlways, options) { Position = position };
    }
}
