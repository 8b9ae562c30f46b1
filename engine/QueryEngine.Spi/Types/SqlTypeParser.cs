using System.Globalization;
using System.Text;

namespace QueryEngine.Spi;

/// <summary>Reads the SQL names that <see cref="SqlType.ToString"/> writes, and their common synonyms (int, int8, text, numeric, bytea, ...).</summary>
public static class SqlTypeParser
{
    /// <summary>The type of that name.</summary>
    /// <exception cref="QueryException">UNDEFINED_OBJECT.</exception>
    public static SqlType Parse(string text) =>
        TryParse(text) ?? throw new QueryException(ErrorCode.UndefinedObject, $"type '{text}' does not exist");

    /// <summary>The type of that name, or null when there is none.</summary>
    public static SqlType? TryParse(string text)
    {
        var reader = new Reader(text);
        SqlType? type = ReadType(ref reader);
        return type is not null && reader.AtEnd ? type : null;
    }

    private static SqlType? ReadType(ref Reader reader)
    {
        SqlType? type = ReadBaseType(ref reader);
        while (type is not null && reader.TryRead('['))
            type = reader.TryRead(']') ? SqlType.Array(type) : null;
        return type;
    }

    private static SqlType? ReadBaseType(ref Reader reader)
    {
        string name = reader.ReadWord();
        switch (name)
        {
            case "unknown": return SqlType.Unknown;
            case "boolean" or "bool": return SqlType.Boolean;
            case "tinyint" or "int1": return SqlType.TinyInt;
            case "smallint" or "int2": return SqlType.SmallInt;
            case "integer" or "int" or "int4": return SqlType.Integer;
            case "bigint" or "int8" or "long": return SqlType.BigInt;
            case "real" or "float4": return SqlType.Real;
            case "float8": return SqlType.Double;
            case "double":
                reader.TryReadWord("precision");
                return SqlType.Double;
            case "float":
                return reader.ReadArguments() is [<= 24] ? SqlType.Real : SqlType.Double;
            case "decimal" or "numeric" or "dec":
                return Decimal(reader.ReadArguments());
            case "varchar" or "text" or "string":
                return Varchar(reader.ReadArguments());
            case "char" or "character" or "bpchar":
                return reader.TryReadWord("varying") ? Varchar(reader.ReadArguments())
                    : reader.ReadArguments() is [int length] ? SqlType.Char(length)
                    : name == "bpchar" ? SqlType.Varchar : SqlType.Char(1);
            case "varbinary" or "bytea" or "blob" or "binary":
                reader.ReadArguments();
                return SqlType.Varbinary;
            case "date": return SqlType.Date;
            case "timetz": return new TimeWithTimeZoneType(Math.Min(6, Precision(reader.ReadArguments())));
            case "time":
                {
                    int precision = Precision(reader.ReadArguments());
                    if (reader.TryReadWord("with"))
                        return reader.TryReadWord("time") && reader.TryReadWord("zone") ? new TimeWithTimeZoneType(Math.Min(6, precision)) : null;
                    if (reader.TryReadWord("without"))
                        return reader.TryReadWord("time") && reader.TryReadWord("zone") ? SqlType.TimeOf(precision) : null;
                    return SqlType.TimeOf(precision);
                }
            case "timestamptz": return SqlType.TimestampWithTimeZoneOf(Precision(reader.ReadArguments()));
            case "timestamp" or "datetime":
                {
                    int precision = Precision(reader.ReadArguments());
                    if (reader.TryReadWord("with"))
                        return reader.TryReadWord("time") && reader.TryReadWord("zone") ? SqlType.TimestampWithTimeZoneOf(precision) : null;
                    if (reader.TryReadWord("without") && !(reader.TryReadWord("time") && reader.TryReadWord("zone")))
                        return null;
                    return SqlType.TimestampOf(precision);
                }
            case "interval": return ReadInterval(ref reader);
            case "uuid": return SqlType.Uuid;
            case "json": return SqlType.Json;
            case "jsonb": return SqlType.Jsonb;
            case "ipaddress" or "inet": return SqlType.IpAddress;
            case "ipprefix" or "cidr": return SqlType.IpPrefix;
            case "geometry": return SqlType.Geometry;
            case "tsvector": return SqlType.TsVector;
            case "tsquery": return SqlType.TsQuery;
            case "sphericalgeography": return SqlType.SphericalGeography;
            case "hyperloglog": return SqlType.HyperLogLog;
            case "tdigest": return SqlType.TDigest;
            case "varbit": return Bits(reader.ReadArguments(), isVarying: true);
            case "bit":
                {
                    int[] arguments = reader.ReadArguments();
                    if (!reader.TryReadWord("varying"))
                        return Bits(arguments is [] ? [1] : arguments, isVarying: false);
                    return Bits(arguments is [] ? reader.ReadArguments() : arguments, isVarying: true);
                }
            case "array": return Array(ref reader);
            case "map": return Map(ref reader);
            case "row" or "struct": return Row(ref reader);
            default: return null;
        }
    }

    // Fields restrict what literals and casts keep; the type is one, but for the two that sources have.
    private static SqlType ReadInterval(ref Reader reader)
    {
        string first = reader.ReadWord();
        string last = reader.TryReadWord("to") ? reader.ReadWord() : first;
        return (first, last) switch
        {
            ("year", "month") => SqlType.IntervalYearToMonth,
            ("day", "second") => SqlType.IntervalDayToSecond,
            _ => SqlType.Interval,
        };
    }

    private static SqlType Decimal(int[] arguments) => arguments switch
    {
        [int precision, int scale] => SqlType.NumericOf(precision, scale),
        [int precision] => SqlType.NumericOf(precision, 0),
        _ => SqlType.Number,
    };

    private static SqlType Varchar(int[] arguments) => arguments is [int length] ? SqlType.VarcharOf(length) : SqlType.Varchar;

    private static BitType Bits(int[] arguments, bool isVarying) => arguments switch
    {
        [int length and >= 1 and <= 83_886_080] => new BitType(length, isVarying),
        [] => new BitType(null, isVarying),
        _ => throw new QueryException(ErrorCode.InvalidParameterValue, $"a length of {string.Join(", ", arguments)} bits is not 1 to 83886080"),
    };

    private static int Precision(int[] arguments) => arguments switch
    {
        [int precision and >= 0 and <= 9] => precision,
        [] => 6,
        _ => throw new QueryException(ErrorCode.InvalidParameterValue, $"a time precision of {string.Join(", ", arguments)} is not 0 to 9"),
    };

    private static ArrayType? Array(ref Reader reader) =>
        reader.TryRead('(') && ReadType(ref reader) is { } element && reader.TryRead(')') ? SqlType.Array(element) : null;

    private static MapType? Map(ref Reader reader) =>
        reader.TryRead('(') && ReadType(ref reader) is { } key && reader.TryRead(',') && ReadType(ref reader) is { } value && reader.TryRead(')')
            ? SqlType.Map(key, value) : null;

    private static RowType? Row(ref Reader reader)
    {
        if (!reader.TryRead('('))
            return null;

        var fields = new List<RowField>();
        do
        {
            Reader start = reader;
            string? name = reader.ReadName();
            if (name is not null && ReadType(ref reader) is { } named)
            {
                fields.Add(new RowField(name, named));
                continue;
            }

            reader = start;
            if (ReadType(ref reader) is not { } type)
                return null;
            fields.Add(new RowField(null, type));
        }
        while (reader.TryRead(','));
        return reader.TryRead(')') ? SqlType.Row([.. fields]) : null;
    }

    private struct Reader(string text)
    {
        private int _at;

        public bool AtEnd
        {
            get
            {
                SkipBlanks();
                return _at == text.Length;
            }
        }

        public string ReadWord()
        {
            SkipBlanks();
            int start = _at;
            while (_at < text.Length && (char.IsLetterOrDigit(text[_at]) || text[_at] == '_'))
                _at++;
            return text[start.._at].ToLowerInvariant();
        }

        public bool TryReadWord(string word)
        {
            int start = _at;
            if (ReadWord() == word)
                return true;
            _at = start;
            return false;
        }

        public string? ReadName()
        {
            if (!TryRead('"'))
                return ReadWord() is { Length: > 0 } word ? word : null;

            var name = new StringBuilder();
            for (; _at < text.Length; _at++)
            {
                if (text[_at] == '"' && (++_at == text.Length || text[_at] != '"'))
                    return name.ToString();
                name.Append(text[_at]);
            }

            return null;
        }

        public bool TryRead(char symbol)
        {
            SkipBlanks();
            if (_at == text.Length || text[_at] != symbol)
                return false;
            _at++;
            return true;
        }

        public int[] ReadArguments()
        {
            if (!TryRead('('))
                return [];

            var arguments = new List<int>();
            do
            {
                bool isNegative = TryRead('-');
                if (!int.TryParse(ReadWord(), NumberStyles.None, CultureInfo.InvariantCulture, out int argument))
                    throw new QueryException(ErrorCode.InvalidParameterValue, $"type '{text}' has a parameter that is not a number");
                arguments.Add(isNegative ? -argument : argument);
            }
            while (TryRead(','));
            if (!TryRead(')'))
                throw new QueryException(ErrorCode.InvalidParameterValue, $"type '{text}' lacks a closing parenthesis");
            return [.. arguments];
        }

        private void SkipBlanks()
        {
            while (_at < text.Length && char.IsWhiteSpace(text[_at]))
                _at++;
        }
    }
}
