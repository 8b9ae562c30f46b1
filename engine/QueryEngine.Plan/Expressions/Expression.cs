using System.Globalization;
using System.Runtime.CompilerServices;
using QueryEngine.Spi;

namespace QueryEngine.Plan;

/// <summary>
/// A typed expression over the columns of a plan: an immutable record compared by value. Every implicit cast is explicit here: the arguments
/// of a call have just the types that its function was bound with.
/// </summary>
public abstract record Expression(SqlType Type)
{
    /// <summary>The direct operands.</summary>
    public abstract ValueList<Expression> Children { get; }

    /// <summary>This expression over other operands; as many as <see cref="Children"/> has.</summary>
    public abstract Expression WithChildren(ValueList<Expression> children);

    /// <summary>Every column that the expression reads, lambda parameters not counted.</summary>
    public IEnumerable<Column> References()
    {
        RuntimeHelpers.EnsureSufficientExecutionStack();
        return this is ColumnExpression column ? [column.Column] : Children.SelectMany(child => child.References());
    }

    /// <summary>The expression with every node that <paramref name="rewrite"/> answers for replaced; children first.</summary>
    public Expression Rewrite(Func<Expression, Expression?> rewrite)
    {
        RuntimeHelpers.EnsureSufficientExecutionStack();
        ValueList<Expression> children = Children;
        Expression result = this;
        if (children.Count > 0)
        {
            var rewritten = new Expression[children.Count];
            bool changed = false;
            for (int child = 0; child < children.Count; child++)
            {
                rewritten[child] = children[child].Rewrite(rewrite);
                changed |= !ReferenceEquals(rewritten[child], children[child]);
            }

            if (changed)
                result = WithChildren(ValueList.Create<Expression>(rewritten));
        }

        return rewrite(result) ?? result;
    }

    /// <summary>The expression with columns replaced by expressions.</summary>
    public Expression Substitute(IReadOnlyDictionary<Column, Expression> replacements) =>
        Rewrite(node => node is ColumnExpression column ? replacements.GetValueOrDefault(column.Column) : null);
}

/// <summary>A column of the input.</summary>
public sealed record ColumnExpression(Column Column) : Expression(Column.Type)
{
    /// <inheritdoc/>
    public override ValueList<Expression> Children => [];

    /// <inheritdoc/>
    public override Expression WithChildren(ValueList<Expression> children) => this;

    /// <inheritdoc/>
    public override string ToString() => Column.ToString();
}

/// <summary>A boxed value (see <see cref="SqlType"/>), or NULL.</summary>
public sealed record ConstantExpression(object? Value, SqlType ValueType) : Expression(ValueType)
{
    public static readonly ConstantExpression True = new(true, SqlType.Boolean);
    public static readonly ConstantExpression False = new(false, SqlType.Boolean);

    /// <inheritdoc/>
    public override ValueList<Expression> Children => [];

    /// <summary>NULL of a type.</summary>
    public static ConstantExpression Null(SqlType type) => new(null, type);

    /// <inheritdoc/>
    public override Expression WithChildren(ValueList<Expression> children) => this;

    /// <inheritdoc/>
    public override string ToString() => Value switch
    {
        null => "NULL",
        bool boolean => boolean ? "true" : "false",
        _ => SqlValueText.Literal(ValueType, Value),
    };
}

/// <summary>
/// A call of a scalar function, by its catalog name. Strict unless the function says otherwise. Operators are functions too:
/// <c>$eq $ne $lt $le $gt $ge $add $subtract $multiply $divide $modulus $negate $concat $like ...</c> (see <see cref="OperatorNames"/>).
/// </summary>
public sealed record CallExpression(string Function, ValueList<Expression> Arguments, SqlType ReturnType) : Expression(ReturnType)
{
    /// <inheritdoc/>
    public override ValueList<Expression> Children => Arguments;

    /// <inheritdoc/>
    public override Expression WithChildren(ValueList<Expression> children) => this with { Arguments = children };

    /// <inheritdoc/>
    public override string ToString() => OperatorNames.Symbol(Function) is { } symbol && Arguments.Count == 2
        ? $"({Arguments[0]} {symbol} {Arguments[1]})"
        : $"{Function.TrimStart('$')}({string.Join(", ", Arguments)})";
}

/// <summary>Forms that do not evaluate all operands, or treat NULL in their own way.</summary>
public enum SpecialForm
{
    /// <summary>Two or more booleans; flattened.</summary>
    And,

    /// <summary>Two or more booleans; flattened.</summary>
    Or,

    /// <summary>One boolean.</summary>
    Not,

    /// <summary>One operand of any type; never NULL.</summary>
    IsNull,

    /// <summary>Two operands of one type; never NULL: IS DISTINCT FROM.</summary>
    IsDistinctFrom,

    /// <summary>condition, value, condition, value, ..., otherwise. The last operand is always there.</summary>
    Case,

    /// <summary>Two or more operands of one type.</summary>
    Coalesce,

    /// <summary>A value and one or more candidates of the same type.</summary>
    In,

    /// <summary>One operand; NULL where it raises a data error.</summary>
    Try,

    /// <summary>The fields of a row value.</summary>
    Row,

    /// <summary>The elements of an array value.</summary>
    Array,
}

/// <summary>A <see cref="SpecialForm"/> over its operands.</summary>
public sealed record SpecialExpression(SpecialForm Form, ValueList<Expression> Arguments, SqlType ReturnType) : Expression(ReturnType)
{
    /// <inheritdoc/>
    public override ValueList<Expression> Children => Arguments;

    /// <inheritdoc/>
    public override Expression WithChildren(ValueList<Expression> children) => this with { Arguments = children };

    /// <inheritdoc/>
    public override string ToString() => Form switch
    {
        SpecialForm.And => $"({string.Join(" AND ", Arguments)})",
        SpecialForm.Or => $"({string.Join(" OR ", Arguments)})",
        SpecialForm.Not => $"(NOT {Arguments[0]})",
        SpecialForm.IsNull => $"({Arguments[0]} IS NULL)",
        SpecialForm.IsDistinctFrom => $"({Arguments[0]} IS DISTINCT FROM {Arguments[1]})",
        SpecialForm.In => $"({Arguments[0]} IN ({string.Join(", ", Arguments.Skip(1).Take(20))}{(Arguments.Count > 21 ? ", ..." : string.Empty)}))",
        SpecialForm.Case => CaseText(),
        _ => $"{Form.ToString().ToLower(CultureInfo.InvariantCulture)}({string.Join(", ", Arguments)})",
    };

    private string CaseText()
    {
        IEnumerable<string> branches = Enumerable.Range(0, Arguments.Count / 2)
            .Select(branch => $"WHEN {Arguments[2 * branch]} THEN {Arguments[(2 * branch) + 1]} ");
        return $"CASE {string.Concat(branches)}ELSE {Arguments[^1]} END";
    }
}

/// <summary>CAST, or TRY_CAST when <see cref="IsTry"/>.</summary>
public sealed record CastExpression(Expression Operand, SqlType Target, bool IsTry = false) : Expression(Target)
{
    /// <inheritdoc/>
    public override ValueList<Expression> Children => [Operand];

    /// <inheritdoc/>
    public override Expression WithChildren(ValueList<Expression> children) => this with { Operand = children[0] };

    /// <inheritdoc/>
    public override string ToString() => $"{(IsTry ? "try_cast" : "cast")}({Operand} AS {Target})";
}

/// <summary>A field of a row value, by its place (0 is the first).</summary>
public sealed record FieldExpression(Expression Operand, int Field, SqlType FieldType) : Expression(FieldType)
{
    /// <inheritdoc/>
    public override ValueList<Expression> Children => [Operand];

    /// <inheritdoc/>
    public override Expression WithChildren(ValueList<Expression> children) => this with { Operand = children[0] };

    /// <inheritdoc/>
    public override string ToString() => $"{Operand}.{Field + 1}";
}

/// <summary>A lambda, as an argument of a call only. Its type is its body's; its parameters are columns of their own.</summary>
public sealed record LambdaExpression(ValueList<Column> Parameters, Expression Body) : Expression(Body.Type)
{
    /// <inheritdoc/>
    public override ValueList<Expression> Children => [Body];

    /// <inheritdoc/>
    public override Expression WithChildren(ValueList<Expression> children) => this with { Body = children[0] };

    /// <inheritdoc/>
    public override string ToString() => $"({string.Join(", ", Parameters)}) -> {Body}";
}
