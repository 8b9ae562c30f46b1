using System.Buffers;
using System.Runtime.CompilerServices;
using System.Text;
using QueryEngine.Functions.Scalar;
using QueryEngine.Spi;

namespace QueryEngine.Functions.Casts;

/// <summary>
/// Reads arrays, rows and maps from text: PostgreSQL's <c>{1,NULL,"a b"}</c> and <c>(1,"a b",)</c>, and the form that values are shown in:
/// <c>[1, NULL, a b]</c>, <c>{k: v}</c>, also with <c>=</c>.
/// </summary>
internal sealed class NestedText(string text, FunctionContext context)
{
    private static readonly SearchValues<char> _dimensions = SearchValues.Create("[]:0123456789+- ");

    private int _at;

    /// <summary>Whether values of a type can be read.</summary>
    public static bool IsReadable(SqlType type) => type switch
    {
        ArrayType array => IsReadable(array.Element),
        MapType map => IsReadable(map.Key) && IsReadable(map.Value),
        RowType row => row.Fields.All(field => IsReadable(field.Type)),
        _ => CastFunctions.Exists(SqlType.Varchar, type),
    };

    /// <summary>The boxed value of the whole text.</summary>
    /// <exception cref="QueryException">INVALID_TEXT_REPRESENTATION, or what an element raises.</exception>
    public object Read(SqlType type)
    {
        SkipDimensions();
        object? value = ReadValue(type, []);
        SkipBlanks();
        return _at == text.Length && value is not null ? value : throw Malformed(type);
    }

    private object? ReadValue(SqlType type, ReadOnlySpan<char> ends)
    {
        RuntimeHelpers.EnsureSufficientExecutionStack();
        SkipBlanks();
        switch (type)
        {
            case ArrayType array when Peek is '{' or '[':
                return ReadItems(type, Peek == '{' ? '}' : ']', _ => array.Element);
            case RowType row when Peek is '(' or '[':
                return ReadRow(row, Peek == '(' ? ')' : ']');
            case RowType row when Peek == '{':
                return ReadStruct(row);
            case MapType map when Peek == '{':
                return ReadMap(map);
            default:
                return ReadScalar(type, ends);
        }
    }

    private ValueList<object?> ReadItems(SqlType type, char close, Func<int, SqlType> typeOf)
    {
        _at++;
        var items = new List<object?>();
        SkipBlanks();
        if (Accept(close))
            return [];
        do
        {
            int start = _at;
            items.Add(ReadValue(typeOf(items.Count), [',', close]));
            SkipBlanks();
            if (_at == start)
                throw Malformed(type);
        }
        while (Accept(','));
        return Accept(close) ? items.ToValueList() : throw Malformed(type);
    }

    // (1,,"a b"): nothing is NULL.
    private ValueList<object?> ReadRow(RowType row, char close)
    {
        _at++;
        var values = new List<object?>();
        do
        {
            if (values.Count == row.Fields.Count)
                throw Malformed(row);
            values.Add(Peek == ',' || Peek == close ? null : ReadValue(row.Fields[values.Count].Type, [',', close]));
        }
        while (Accept(','));
        return Accept(close) && values.Count == row.Fields.Count ? values.ToValueList() : throw Malformed(row);
    }

    private ValueList<object?> ReadStruct(RowType row)
    {
        _at++;
        object?[] values = new object?[row.Fields.Count];
        SkipBlanks();
        while (!Accept('}'))
        {
            string name = ReadWord([':', '='], out _) ?? string.Empty;
            _at++;
            int field = row.Fields.ToList().FindIndex(candidate => name.Equals(candidate.Name, StringComparison.OrdinalIgnoreCase));
            if (field < 0)
                throw Malformed(row);
            values[field] = ReadValue(row.Fields[field].Type, [',', '}']);
            SkipBlanks();
            Accept(',');
            SkipBlanks();
        }

        return values.ToValueList();
    }

    private ValueList<KeyValuePair<object, object?>> ReadMap(MapType map)
    {
        _at++;
        var entries = new List<KeyValuePair<object, object?>>();
        SkipBlanks();
        while (!Accept('}'))
        {
            object key = ReadValue(map.Key, [':', '=']) ?? throw Malformed(map);
            SkipBlanks();
            if (!Accept(':') && !Accept('='))
                throw Malformed(map);
            entries.Add(new(key, ReadValue(map.Value, [',', '}'])));
            SkipBlanks();
            Accept(',');
            SkipBlanks();
        }

        return entries.ToValueList();
    }

    private object? ReadScalar(SqlType type, ReadOnlySpan<char> ends)
    {
        string? word = ReadWord(ends, out bool isQuoted);
        if (word is null || (!isQuoted && word.Equals("NULL", StringComparison.OrdinalIgnoreCase)))
            return null;
        return !isQuoted && word.Length == 0 && ends.Length > 0 ? throw Malformed(type) : SqlValueParser.Parse(type, word, context.Session);
    }

    private string? ReadWord(ReadOnlySpan<char> ends, out bool isQuoted)
    {
        SkipBlanks();
        isQuoted = false;
        var word = new StringBuilder();
        int kept = 0;
        char quote = Peek is '\'' ? '\'' : '"';
        while (_at < text.Length && !ends.Contains(text[_at]))
        {
            if (text[_at] is '{' or '}' && ends.Length > 0)
                throw new QueryException(ErrorCode.InvalidText, $"malformed array literal: \"{text}\"");
            if (text[_at] == quote)
            {
                isQuoted = true;
                ReadQuoted(quote, word);
                kept = word.Length;
                continue;
            }

            if (text[_at] == '\\' && _at + 1 < text.Length)
                (_at, kept) = (_at + 1, word.Length + 1);
            word.Append(text[_at++]);
        }

        while (word.Length > kept && char.IsWhiteSpace(word[^1]))
            word.Length--;
        return word.ToString();
    }

    private void ReadQuoted(char quote, StringBuilder word)
    {
        for (_at++; ; _at++)
        {
            if (_at >= text.Length)
                throw new QueryException(ErrorCode.InvalidText, $"malformed array literal: \"{text}\"");
            if (text[_at] == quote)
            {
                if (_at + 1 >= text.Length || text[_at + 1] != quote)
                    break;
                _at++;
            }
            else if (text[_at] == '\\' && _at + 1 < text.Length)
            {
                _at++;
            }

            word.Append(text[_at]);
        }

        _at++;
    }

    // [2:4]={...}: bounds are not kept.
    private void SkipDimensions()
    {
        SkipBlanks();
        int equals = text.IndexOf('=', _at);
        if (Peek == '[' && equals > 0 && !text.AsSpan(_at, equals - _at).ContainsAnyExcept(_dimensions))
            _at = equals + 1;
    }

    private char Peek => _at < text.Length ? text[_at] : '\0';

    private bool Accept(char symbol)
    {
        if (Peek != symbol)
            return false;
        _at++;
        return true;
    }

    private void SkipBlanks()
    {
        while (_at < text.Length && char.IsWhiteSpace(text[_at]))
            _at++;
    }

    private QueryException Malformed(SqlType type) =>
        new(ErrorCode.InvalidText, $"malformed {(type is RowType ? "record" : type is MapType ? "map" : "array")} literal: \"{text}\"");
}

/// <summary>Text to arrays, maps and rows.</summary>
internal sealed class NestedTextCast(SqlType from, SqlType to, bool isTry) : VectorFunction(isTry ? "$try_cast" : "$cast", [from], to)
{
    /// <inheritdoc/>
    protected override ColumnVector Compute(ReadOnlySpan<ColumnVector> arguments, int rowCount, FunctionContext context)
    {
        using VectorBuilder builder = VectorBuilder.Create(ReturnType, context.Memory, rowCount);
        for (int row = 0; row < rowCount; row++)
        {
            object? value = null;
            try
            {
                if (arguments[0].GetValue(row) is string text)
                    value = new NestedText(text, context).Read(ReturnType);
            }
            catch (QueryException) when (isTry)
            {
                value = null;
            }

            builder.AppendBoxed(value);
        }

        return builder.Build();
    }
}
