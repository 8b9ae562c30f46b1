using System.Globalization;
using QueryEngine.Columnar;
using QueryEngine.Functions;
using QueryEngine.Functions.Casts;
using QueryEngine.Functions.Scalar;
using QueryEngine.Spi;
using Xunit;
using Tree = QueryEngine.Sql.Tree;

namespace QueryEngine.Execution.Tests.Functions;

/// <summary>How the values of an expression are encoded while it is evaluated.</summary>
public enum Encoding
{
    Constant,
    Flat,
    Dictionary,
}

/// <summary>Evaluates SQL expressions without columns straight on the function catalog, every operand as a vector of a few equal rows.</summary>
internal sealed class ExampleEvaluator(Encoding encoding)
{
    private const int Rows = 3;
    private static readonly FunctionCatalog _catalog = FunctionCatalog.BuiltIn;

    public FunctionContext Context { get; } = new(
        MemoryContext.Unlimited,
        new ConnectorSession("q", "tester") { TimeZone = "Europe/Berlin", StartTime = new DateTimeOffset(2020, 7, 1, 10, 20, 30, TimeSpan.Zero) });

    /// <summary>The result as text, NULL, or "error" and the SQLSTATE.</summary>
    public string Evaluate(string expression)
    {
        try
        {
            using ColumnVector result = Evaluate(QueryEngine.Sql.SqlParser.ParseExpression(expression), new Dictionary<string, ColumnVector>(), Rows).Vector;
            string[] texts = [.. Enumerable.Range(0, Rows).Select(row => TextOf(result, row)).Distinct()];
            return texts.Length == 1 ? texts[0] : $"different rows: {string.Join(" | ", texts)}";
        }
        catch (QueryException e)
        {
            return $"error {e.Code.SqlState}";
        }
    }

    private string TextOf(ColumnVector vector, int row)
    {
        if (vector.IsNull(row))
            return "NULL";
        ColumnVector[] one = [vector];
        if (vector.Type is VarcharType or CharType or JsonType)
            return (string)vector.GetValue(row)!;
        using ColumnVector text = _catalog.BindCast(vector.Type, SqlType.Varchar).Invoke(one, vector.Length, Context);
        return (string)text.GetValue(row)!;
    }

    private sealed record Operand(ColumnVector Vector, bool IsUntyped = false)
    {
        public ArgumentType Argument => new(IsUntyped ? SqlType.Unknown : Vector.Type) { IsUntypedLiteral = IsUntyped };
    }

    private Operand Evaluate(Tree.Expression expression, IReadOnlyDictionary<string, ColumnVector> names, int rows) => expression switch
    {
        Tree.NullLiteral => Make(SqlType.Unknown, null, rows),
        Tree.BooleanLiteral literal => Make(SqlType.Boolean, literal.Value, rows),
        Tree.IntegerLiteral literal => Number(literal.Digits, rows),
        Tree.DecimalLiteral literal => Number(literal.Text, rows),
        Tree.DoubleLiteral literal => Number(literal.Text, rows),
        Tree.StringLiteral literal => Make(SqlType.Varchar, literal.Value, rows) with { IsUntyped = true },
        Tree.BitLiteral literal => Make(new BitType(literal.Bits.Length, IsVarying: false), literal.Bits, rows),
        Tree.TypedLiteral literal => Typed(SqlTypeParser.Parse(literal.Type.ToString()), literal.Text, rows),
        Tree.IntervalLiteral literal => IntervalOf(literal, rows),
        Tree.BinaryExpression binary => Call(NameOf(binary.Operator), [binary.Left, binary.Right], names, rows),
        Tree.ComparisonExpression comparison => Call(NameOf(comparison.Operator), [comparison.Left, comparison.Right], names, rows),
        Tree.UnaryExpression { Operator: Tree.UnaryOperator.BitwiseNot } unary => Call("bitwise_not", [unary.Operand], names, rows),
        Tree.UnaryExpression { Operator: Tree.UnaryOperator.Minus } unary => Call("$negate", [unary.Operand], names, rows),
        Tree.PatternExpression pattern => Call(
            pattern.Kind switch
            {
                Tree.PatternKind.Like => "$like",
                Tree.PatternKind.ILike => "$ilike",
                Tree.PatternKind.SimilarTo => "$similar",
                Tree.PatternKind.Regex => "$regex",
                _ => "$regex_ignore_case",
            },
            pattern.Escape is null ? [pattern.Value, pattern.Pattern] : [pattern.Value, pattern.Pattern, pattern.Escape],
            names,
            rows),
        Tree.FunctionCall call => Call(call.Name.Last.Value, [.. call.Arguments], names, rows),
        Tree.SubscriptExpression subscript => Call("$subscript", [subscript.Value, subscript.Index], names, rows),
        Tree.SliceExpression { Step: null } slice => Call("$slice", [slice.Value, slice.Lower!, slice.Upper!], names, rows),
        Tree.SliceExpression slice => Call("$slice", [slice.Value, slice.Lower!, slice.Upper!, slice.Step!], names, rows),
        Tree.AtTimeZoneExpression zone => Call("$at_time_zone", [zone.Value, zone.Zone!], names, rows),
        Tree.CastExpression cast => Cast(Evaluate(cast.Value, names, rows).Vector, SqlTypeParser.Parse(cast.Type.ToString()), cast.IsTry, rows),
        Tree.OperatorExpression { Left: { } left } other => Call(NameOf(other.Symbol), [left, other.Right], names, rows),
        Tree.RowConstructor row => RowOf([.. row.Items.Select(item => Evaluate(item, names, rows).Vector)], rows),
        Tree.ArrayConstructor array => ArrayOf([.. array.Items.Select(item => Evaluate(item, names, rows))], rows),
        Tree.ColumnReference column => new Operand(Retained(names[column.Name.Last.Value])),
        _ => throw new NotSupportedException(expression.GetType().Name),
    };

    private Operand Call(string name, Tree.Expression[] arguments, IReadOnlyDictionary<string, ColumnVector> names, int rows)
    {
        var operands = new Operand?[arguments.Length];
        var types = new ArgumentType[arguments.Length];
        for (int at = 0; at < arguments.Length; at++)
        {
            if (arguments[at] is Tree.LambdaExpression lambda)
            {
                types[at] = new ArgumentType(SqlType.Unknown)
                {
                    LambdaArity = lambda.Parameters.Length,
                    LambdaType = parameters => new Lambda(this, lambda, parameters, names).Type,
                };
                continue;
            }

            operands[at] = Evaluate(arguments[at], names, rows);
            types[at] = operands[at]!.Argument;
        }

        FunctionResolution resolution = _catalog.ResolveScalar(name, types);
        ScalarFunction function = _catalog.BindScalar(resolution.Name, resolution.ParameterTypes, resolution.ReturnType);
        var vectors = new ColumnVector?[arguments.Length];
        var lambdas = new ILambda?[arguments.Length];
        for (int at = 0; at < arguments.Length; at++)
        {
            if (arguments[at] is Tree.LambdaExpression lambda)
                lambdas[at] = new Lambda(this, lambda, resolution.LambdaParameterTypes[at]!.Value, names) { ResultType = resolution.ParameterTypes[at] };
            else if (operands[at]!.Vector.Type != resolution.ParameterTypes[at])
                vectors[at] = Cast(operands[at]!.Vector, resolution.ParameterTypes[at], isTry: false, rows).Vector;
            else
                vectors[at] = operands[at]!.Vector;
        }

        ColumnVector result = function is HigherOrderFunction higher
            ? higher.Invoke(vectors, lambdas, rows, Context)
            : function.Invoke(vectors!, rows, Context);
        Assert.Equal(rows, result.Length);
        Assert.Equal(resolution.ReturnType, result.Type);
        return new Operand(result);
    }

    private Operand Cast(ColumnVector vector, SqlType target, bool isTry, int rows) =>
        new(_catalog.BindCast(vector.Type, target, isTry).Invoke([vector], rows, Context));

    private Operand Number(string text, int rows)
    {
        (SqlType type, object value) = SqlValueParser.ParseNumber(text);
        return Make(type, value, rows);
    }

    private Operand Typed(SqlType type, string text, int rows) => Make(type, SqlValueParser.Parse(type, text, Context.Session), rows);

    private Operand IntervalOf(Tree.IntervalLiteral literal, int rows)
    {
        Interval interval = IntervalText.Parse(literal.Text, Name(literal.Start), Name(literal.End));
        return Make(SqlType.Interval, (literal.IsNegative ? -interval : interval).Bits, rows);

        static string? Name(Tree.IntervalField? field) => field?.ToString().ToLower(CultureInfo.InvariantCulture);
    }

    private Operand ArrayOf(Operand[] items, int rows)
    {
        SqlType element = items.Length == 0 ? SqlType.Unknown
            : items.All(item => item.IsUntyped) ? SqlType.Varchar
            : Coercion.CommonType(items.Where(item => !item.IsUntyped).Select(item => item.Vector.Type))!;
        using var builder = new ArrayBuilder(SqlType.Array(element), MemoryContext.Unlimited);
        ColumnVector[] columns = [.. items.Select(item => Cast(item.Vector, element, isTry: false, rows).Vector)];
        for (int row = 0; row < rows; row++)
        {
            foreach (ColumnVector column in columns)
                builder.Elements.AppendFrom(column, row);
            builder.EndRow();
        }

        return new Operand(Encode(builder.Build()));
    }

    private Operand RowOf(ColumnVector[] items, int rows)
    {
        RowType type = new(items.Select(item => new RowField(null, item.Type is UnknownType ? SqlType.Varchar : item.Type)).ToValueList());
        object?[] values = [.. Enumerable.Range(0, rows).Select(row => (object?)items.Select(item => item.GetValue(row)).ToValueList())];
        return new Operand(Encode(VectorBuilder.FromBoxed(type, values, MemoryContext.Unlimited)));
    }

    private Operand Make(SqlType type, object? value, int rows) =>
        new(Encode(VectorBuilder.FromBoxed(type, Enumerable.Repeat(value, rows), MemoryContext.Unlimited)));

    private ColumnVector Encode(ColumnVector flat)
    {
        if (encoding == Encoding.Flat || flat.Length == 0)
            return flat;
        return encoding == Encoding.Constant
            ? new ConstantVector(flat.Slice(0, 1), flat.Length)
            : DictionaryVector.Select(flat, [.. Enumerable.Range(0, flat.Length)], MemoryContext.Unlimited);
    }

    private static ColumnVector Retained(ColumnVector vector)
    {
        vector.Retain();
        return vector;
    }

    private static string NameOf(string symbol) => symbol switch
    {
        "@>" => "array_contains_all",
        "<@" => "array_contained_by",
        "#>" => "$json_path",
        "#>>" => "$json_path_text",
        "#-" => "jsonb_delete_path",
        "@?" => "$json_path_exists",
        "@@" => "$json_path_match",
        _ => throw new NotSupportedException(symbol),
    };

    private static string NameOf(Tree.BinaryOperator op) => op switch
    {
        Tree.BinaryOperator.Add => "$add",
        Tree.BinaryOperator.ShiftLeft => "$shift_left",
        Tree.BinaryOperator.ShiftRight => "$shift_right",
        Tree.BinaryOperator.BitwiseAnd => "bitwise_and",
        Tree.BinaryOperator.BitwiseOr => "bitwise_or",
        Tree.BinaryOperator.BitwiseXor => "bitwise_xor",
        Tree.BinaryOperator.Subtract => "$subtract",
        Tree.BinaryOperator.Multiply => "$multiply",
        Tree.BinaryOperator.Divide => "$divide",
        Tree.BinaryOperator.Modulo => "$modulus",
        Tree.BinaryOperator.Concat => "$concat",
        Tree.BinaryOperator.JsonGet => "json_get",
        Tree.BinaryOperator.JsonGetText => "json_get_text",
        _ => throw new NotSupportedException(op.ToString()),
    };

    private static string NameOf(Tree.ComparisonOperator op) => op switch
    {
        Tree.ComparisonOperator.Equal => "$eq",
        Tree.ComparisonOperator.NotEqual => "$ne",
        Tree.ComparisonOperator.LessThan => "$lt",
        Tree.ComparisonOperator.LessThanOrEqual => "$le",
        Tree.ComparisonOperator.GreaterThan => "$gt",
        Tree.ComparisonOperator.GreaterThanOrEqual => "$ge",
        _ => throw new NotSupportedException(op.ToString()),
    };

    /// <summary>A lambda whose body may name its parameters and those of lambdas around it.</summary>
    private sealed class Lambda(
        ExampleEvaluator evaluator, Tree.LambdaExpression lambda, ValueList<SqlType> types, IReadOnlyDictionary<string, ColumnVector> outer) : ILambda
    {
        public SqlType? ResultType { get; init; }

        /// <summary>The type that the body gives for parameters of no rows.</summary>
        public SqlType Type
        {
            get
            {
                ColumnVector[] empty = [.. types.Select(type => VectorBuilder.Create(type, MemoryContext.Unlimited, 1).Build())];
                return Invoke(empty, []).Type;
            }
        }

        public ColumnVector Invoke(ReadOnlySpan<ColumnVector> parameters, ReadOnlySpan<int> outerRows)
        {
            var names = new Dictionary<string, ColumnVector>();
            foreach ((string name, ColumnVector vector) in outer)
                names[name] = Gather.Take(vector, outerRows, MemoryContext.Unlimited);
            for (int at = 0; at < parameters.Length; at++)
                names[lambda.Parameters[at].Folded] = parameters[at];
            ColumnVector result = evaluator.Evaluate(lambda.Body, names, outerRows.Length).Vector;
            return ResultType is { } type && type != result.Type ? evaluator.Cast(result, type, isTry: false, outerRows.Length).Vector : result;
        }
    }
}
