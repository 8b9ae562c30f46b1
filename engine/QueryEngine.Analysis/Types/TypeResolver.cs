using System.Collections.Frozen;
using System.Runtime.CompilerServices;
using QueryEngine.Spi;

namespace QueryEngine.Analysis.Types;

/// <summary>Types as written -> types.</summary>
internal static class TypeResolver
{
    private static readonly string[] _names =
    [
        "boolean", "bool", "tinyint", "smallint", "integer", "int", "bigint", "real", "double", "float", "decimal", "numeric", "varchar", "text",
        "string", "char", "varbinary", "bytea", "blob", "date", "time", "timestamp", "timestamptz", "interval", "uuid", "json", "ipaddress", "ipprefix", "geometry",
        "sphericalgeography", "tsvector", "tsquery", "hyperloglog", "tdigest", "array", "map", "row",
    ];

    // PostgreSQL's types for which ours of another name serve.
    private static readonly FrozenDictionary<string, SqlType> _synonyms = new Dictionary<string, SqlType>
    {
        ["name"] = SqlType.Varchar,
        ["tinyint unsigned"] = SqlType.SmallInt,
        ["smallint unsigned"] = SqlType.Integer,
        ["int unsigned"] = SqlType.BigInt,
        ["integer unsigned"] = SqlType.BigInt,
        ["bigint unsigned"] = SqlType.Decimal(20, 0),
        ["signed"] = SqlType.BigInt,
        ["unsigned"] = SqlType.Decimal(20, 0),
        ["timestamp_s"] = SqlType.TimestampOf(0),
        ["timestamp_ms"] = SqlType.TimestampOf(3),
        ["timestamp_us"] = SqlType.TimestampOf(6),
        ["timestamp_ns"] = SqlType.TimestampOf(9),
        ["hugeint"] = SqlType.Decimal(38, 0),
        ["utinyint"] = SqlType.SmallInt,
        ["usmallint"] = SqlType.Integer,
        ["uinteger"] = SqlType.BigInt,
        ["ubigint"] = SqlType.Decimal(20, 0),
        ["int16"] = SqlType.SmallInt,
        ["int32"] = SqlType.Integer,
        ["int64"] = SqlType.BigInt,
        ["int128"] = SqlType.Decimal(38, 0),
        ["uint8"] = SqlType.SmallInt,
        ["uint16"] = SqlType.Integer,
        ["uint32"] = SqlType.BigInt,
        ["uint64"] = SqlType.Decimal(20, 0),
        ["float32"] = SqlType.Real,
        ["float64"] = SqlType.Double,
        ["oid"] = SqlType.BigInt,
        ["regclass"] = SqlType.Varchar,
        ["regconfig"] = SqlType.Varchar,
    }.ToFrozenDictionary();

    /// <summary>The type that is meant.</summary>
    /// <exception cref="QueryException">UNDEFINED_OBJECT with a suggestion, NOT_SUPPORTED, or INVALID_PARAMETER_VALUE for parameters out of range.</exception>
    public static SqlType Resolve(Tree.TypeName type)
    {
        RuntimeHelpers.EnsureSufficientExecutionStack();
        return type switch
        {
            Tree.NamedType named => ResolveNamed(named),
            Tree.ArrayType array => SqlType.Array(Resolve(array.Element)),
            Tree.MapType map => SqlType.Map(Resolve(map.Key), Resolve(map.Value)),
            Tree.RowType row => new RowType(row.Fields.Select(field => new RowField(field.Name?.Folded, Resolve(field.Type))).ToValueList()),
            Tree.IntervalType { Start: Tree.IntervalField.Year, End: Tree.IntervalField.Month } => SqlType.IntervalYearToMonth,
            Tree.IntervalType { Start: Tree.IntervalField.Day, End: Tree.IntervalField.Second } => SqlType.IntervalDayToSecond,
            Tree.IntervalType => SqlType.Interval,
            _ => throw QueryException.NotSupported("this type", type.Position),
        };
    }

    private static SqlType ResolveNamed(Tree.NamedType named)
    {
        // pg_catalog.int4 is int4.
        string name = named.Name.Last.Folded;
        if (named.TypeArguments.Length > 0)
            throw QueryException.NotSupported($"type {name} with type arguments", named.Position);
        if (named.Parameters.Length == 0 && _synonyms.TryGetValue(name, out SqlType? synonym))
            return synonym;
        // PostgreSQL's own names of arrays: _int4.
        if (name.Length > 1 && name[0] == '_' && SqlTypeParser.TryParse(name[1..]) is { } element)
            return SqlType.Array(element);
        string text = named.Parameters.Length == 0 ? name : WithParameters(name, string.Join(",", named.Parameters));
        try
        {
            return SqlTypeParser.TryParse(text) ?? throw Undefined(named, name);
        }
        catch (QueryException error)
        {
            throw error.At(named.Position);
        }
    }

    // timestamp with time zone (3) is written timestamp(3) with time zone.
    private static string WithParameters(string name, string parameters)
    {
        int words = name.IndexOf(' ', StringComparison.Ordinal);
        return words < 0 ? $"{name}({parameters})" : $"{name[..words]}({parameters}){name[words..]}";
    }

    private static QueryException Undefined(Tree.NamedType named, string name) => name is "money" or "xml" or "inet" or "point"
        ? QueryException.NotSupported($"type {name}", named.Position)
        : new QueryException(ErrorCode.UndefinedObject, $"type '{name}' does not exist", named.Position, Suggestion.DidYouMean(name, _names));
}
