using QueryEngine.Analysis.Types;
using QueryEngine.Functions;
using QueryEngine.Metadata;
using QueryEngine.Metadata.Sessions;
using QueryEngine.Spi;

namespace QueryEngine.Analysis.Expressions;

/// <summary>A function written in SQL, ready to be called; names in it mean what they mean in <paramref name="Context"/>.</summary>
internal sealed record CallableFunction(Tree.CreateFunctionStatement Statement, ValueList<SqlType> ParameterTypes, SqlType ReturnType, QueryContext Context)
{
    /// <summary>Whether it stands in the statement itself, so that places in it are places in the statement.</summary>
    public bool IsInline { get; init; }

    /// <summary>The name and the types of the parameters.</summary>
    public override string ToString() => $"{Statement.Name.Last.Folded}({string.Join(", ", ParameterTypes)})";
}

/// <summary>The functions written in SQL that a statement may call: those of WITH FUNCTION, and those that CREATE FUNCTION has made.</summary>
internal sealed class SqlFunctions(EngineMetadata metadata, FunctionCatalog builtIn)
{
    private readonly Dictionary<SqlFunction, CallableFunction> _parsed = [];
    private readonly List<CallableFunction> _inline = [];

    /// <summary>Calls being expanded, against functions that call themselves.</summary>
    public Stack<CallableFunction> Calls { get; } = new();

    /// <summary>How many functions of WITH are visible.</summary>
    public int InlineCount => _inline.Count;

    /// <summary>Makes a function of WITH visible.</summary>
    public void Declare(CallableFunction function)
    {
        if (_inline.Any(other => other.Statement.Name.Last.Folded == function.Statement.Name.Last.Folded && other.ParameterTypes == function.ParameterTypes))
            throw new QueryException(ErrorCode.DuplicateFunction, $"function {function} is there more than once", function.Statement.Name.Position);
        _inline.Add(function);
    }

    /// <summary>Forgets functions of WITH but the first ones.</summary>
    public void Forget(int kept) => _inline.RemoveRange(kept, _inline.Count - kept);

    /// <summary>The functions of a name, none when it means something else: functions of WITH come first, then built-in ones.</summary>
    public IReadOnlyList<CallableFunction> Find(Tree.QualifiedName name, QueryContext context)
    {
        if (name.Parts.Length == 1)
        {
            CallableFunction[] inline = [.. _inline.Where(function => name.Last.Matches(function.Statement.Name.Last.Folded))];
            if (inline.Length > 0)
                return inline;
            if (builtIn.IsScalar(name.Last.Folded) || builtIn.IsAggregate(name.Last.Folded) || builtIn.IsWindow(name.Last.Folded))
                return [];
        }

        return Stored(name, context);
    }

    private CallableFunction[] Stored(Tree.QualifiedName name, QueryContext context)
    {
        IReadOnlyList<SqlFunction> found = name.Parts switch
        {
            [var only] => metadata.Functions.Find(context.Catalog, new RequestedName(context.Schema, IsExact: true), TableCache.Name(only)),
            [var schema, var only] => metadata.Functions.Find(context.Catalog, TableCache.Name(schema), TableCache.Name(only)),
            [var catalog, var schema, var only] when metadata.Catalogs.Find(TableCache.Name(catalog)) is { } known =>
                metadata.Functions.Find(known.Name, TableCache.Name(schema), TableCache.Name(only)),
            _ => [],
        };
        return [.. found.Select(function => Parse(function, context))];
    }

    private CallableFunction Parse(SqlFunction function, QueryContext context)
    {
        if (!_parsed.TryGetValue(function, out CallableFunction? parsed))
        {
            var statement = (Tree.CreateFunctionStatement)Sql.SqlParser.ParseStatement(function.Text);
            parsed = Of(statement, context with { Catalog = function.DefaultCatalog, Schema = function.DefaultSchema });
            _parsed.Add(function, parsed);
        }

        return parsed;
    }

    /// <summary>A function as it is written.</summary>
    public static CallableFunction Of(Tree.CreateFunctionStatement statement, QueryContext context) => new(
        statement,
        statement.Parameters.Select(parameter => TypeResolver.Resolve(parameter.Type)).ToValueList(),
        TypeResolver.Resolve(statement.Returns),
        context);
}
