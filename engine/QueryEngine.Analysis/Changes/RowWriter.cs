using QueryEngine.Analysis.Expressions;
using QueryEngine.Analysis.Queries;
using QueryEngine.Analysis.Scopes;
using QueryEngine.Analysis.Types;
using QueryEngine.Functions;
using QueryEngine.Plan;
using QueryEngine.Spi;

namespace QueryEngine.Analysis.Changes;

/// <summary>
/// Makes values fit the columns of a table, as assignment allows: more than what happens silently, less than CAST; and the checks that rows must
/// pass. A text that goes into a column of limited length stays as long as it is until its length is checked.
/// </summary>
internal sealed class RowWriter(AnalysisContext context, WriteTarget target)
{
    /// <summary>What rows must pass.</summary>
    public List<WriteCheck> Checks { get; } = [];

    /// <summary>
    /// A value as a column takes it: of the column's type, or varchar where its length is still to be checked, always so when <paramref name="wide"/>.
    /// </summary>
    /// <exception cref="QueryException">TYPE_MISMATCH; and what literals cannot be.</exception>
    public Expression Prepare(Operand value, TableColumn column, bool wide = false)
    {
        SqlType type = wide ? Wide(column.Type) : column.Type;
        CheckAssignable(context.Functions, value.Type, value.IsUntypedText, column, value.Position);
        if (column.Type is BitType { Length: { } bits } bitType && value.Type != column.Type && value.Expression is not ConstantExpression { Value: null })
            return AssignBits(value, bitType, bits);
        if (value.Expression is ConstantExpression constant)
        {
            if (type == column.Type && constant.Value is string text && LengthOf(column.Type) is { } length && text.TrimEnd(' ').EnumerateRunes().Count() > length)
                throw new QueryException(
                    ErrorCode.StringTooLong,
                    $"value of {text.EnumerateRunes().Count()} characters is too long for column '{column.Name}' of type {column.Type}",
                    value.Position);
            try
            {
                return context.Constants.Cast(constant, type);
            }
            catch (QueryException error)
            {
                throw error.At(value.Position);
            }
        }

        if (!FitsWithoutCheck(value.Type, column.Type))
            type = Wide(column.Type);
        return value.Type == type ? value.Expression : new CastExpression(value.Expression, type);
    }

    // Where CAST cuts bits and adds zeros, assignment takes only what fits.
    private CastExpression AssignBits(Operand value, BitType type, int length)
    {
        Expression bits = new Coercer(context.Constants).To(value, SqlType.BitVarying);
        FunctionResolution resolution = context.Functions.ResolveScalar(
            "$assign_bits", [ArgumentType.Of(SqlType.BitVarying), ArgumentType.Of(SqlType.BigInt), ArgumentType.Of(SqlType.Boolean)]);
        var checkedBits = new CallExpression(
            resolution.Name,
            [bits, new ConstantExpression((long)length, SqlType.BigInt), type.IsVarying ? ConstantExpression.True : ConstantExpression.False],
            resolution.ReturnType);
        return new CastExpression(checkedBits, type);
    }

    /// <summary>The type that keeps a text whole.</summary>
    public static SqlType Wide(SqlType type) => LengthOf(type) is null ? type : SqlType.Varchar;

    /// <summary>Columns of the table's own types, lengths to be checked.</summary>
    public Column[] Narrow(PlanBuilder builder, IReadOnlyList<(TableColumn Column, Expression Value)> values)
    {
        Column[] raw = builder.Compute(values.Select(entry => entry.Value));
        var passes = new List<(int At, Expression Test)>();
        var narrowed = new Expression[raw.Length];
        for (int at = 0; at < raw.Length; at++)
        {
            SqlType type = values[at].Column.Type;
            narrowed[at] = raw[at].Type == type ? raw[at].Ref() : new CastExpression(raw[at].Ref(), type);
            if (!FitsWithoutCheck(raw[at].Type, type) && values[at].Value is not ConstantExpression { Value: null })
                passes.Add((at, IsShortEnough(raw[at].Ref(), LengthOf(type)!.Value)));
        }

        Column[] all = builder.Compute([.. narrowed, .. passes.Select(pass => pass.Test)]);
        for (int pass = 0; pass < passes.Count; pass++)
        {
            int at = passes[pass].At;
            TableColumn column = values[at].Column;
            Checks.Add(new WriteCheck(WriteCheckKind.Length, all[narrowed.Length + pass], column.Name, column.Type.ToString()) { Value = raw[at] });
        }

        return all[..narrowed.Length];
    }

    /// <summary>Values of generated columns over the other columns of the row; <paramref name="row"/> gets them.</summary>
    public void Generate(PlanBuilder builder, Column[] row)
    {
        var generated = new List<(TableColumn Column, Expression Value)>();
        foreach (TableColumn column in target.Columns.Where(column => column.Generated is not null))
            generated.Add((column, Prepare(OverRow(row, Sql.SqlParser.ParseExpression(column.Generated!), $"generated column '{column.Name}'"), column)));
        if (generated.Count == 0)
            return;
        Column[] values = Narrow(builder, generated);
        for (int at = 0; at < values.Length; at++)
            row[Array.IndexOf(target.Columns, generated[at].Column)] = values[at];
    }

    /// <summary>Adds what each row must pass: NOT NULL of written columns and check constraints, where <paramref name="isExempt"/> is not true.</summary>
    public void AddChecks(PlanBuilder builder, Column[] row, IEnumerable<TableColumn> written, Expression? isExempt = null)
    {
        foreach (TableColumn column in written.Where(column => !column.IsNullable))
            Checks.Add(new WriteCheck(WriteCheckKind.NotNull, row[Array.IndexOf(target.Columns, column)], column.Name, target.Name.ToString()));
        foreach (CheckConstraint check in target.Checks)
        {
            Operand condition = OverRow(row, Sql.SqlParser.ParseExpression(check.Condition), $"check constraint '{check.Name}'");
            Expression test = new Coercer(context.Constants).ToBoolean(condition, "a check");
            Column passes = builder.Compute(isExempt is null ? test : Make.Or(isExempt, test));
            Checks.Add(new WriteCheck(WriteCheckKind.Condition, passes, check.Name, target.Name.ToString()));
        }
    }

    /// <summary>Whether a value may be assigned to a column at all.</summary>
    /// <exception cref="QueryException">TYPE_MISMATCH.</exception>
    public static void CheckAssignable(FunctionCatalog functions, SqlType from, bool isUntypedText, TableColumn column, SourcePosition position)
    {
        SqlType to = column.Type;
        bool fits = from == to
            || from is UnknownType
            || Coercion.CanCoerce(from, to)
            || ((isUntypedText || IsAssignable(from, to)) && functions.CanCast(from, to));
        if (!fits)
            throw new QueryException(
                ErrorCode.TypeMismatch, $"column '{column.Name}' is of type {to}, but the value is of type {from}", position, "Cast the value.");
    }

    private static bool IsAssignable(SqlType from, SqlType to) => (from, to) switch
    {
        (ArrayType source, ArrayType array) => source.Element == array.Element || source.Element is UnknownType || IsAssignable(source.Element, array.Element),
        (MapType source, MapType map) => IsPartAssignable(source.Key, map.Key) && IsPartAssignable(source.Value, map.Value),
        (RowType source, RowType row) => source.Fields.Count == row.Fields.Count
            && source.Fields.Zip(row.Fields).All(fields => IsPartAssignable(fields.First.Type, fields.Second.Type)),
        (BitType, BitType) => true,
        _ => (from.IsNumeric && to.IsNumeric) || to.IsText || (IsMoment(from) && IsMoment(to)),
    };

    private static bool IsPartAssignable(SqlType from, SqlType to) => from == to || from is UnknownType || IsAssignable(from, to) || Coercion.CanCoerce(from, to);

    private static bool IsMoment(SqlType type) => type.Kind is TypeKind.Date or TypeKind.Timestamp or TypeKind.TimestampWithTimeZone;

    private static int? LengthOf(SqlType type) => type switch
    {
        VarcharType varchar => varchar.Length,
        CharType character => character.Length,
        _ => null,
    };

    private static bool FitsWithoutCheck(SqlType from, SqlType to) =>
        LengthOf(to) is not { } length || from is UnknownType || (from.IsText && LengthOf(from) is { } known && known <= length);

    private CallExpression IsShortEnough(Expression text, int length)
    {
        if (text.Type != SqlType.Varchar)
            text = new CastExpression(text, SqlType.Varchar);
        Expression trimmed = Call("rtrim", text);
        Expression count = Call("length", trimmed);
        return Make.Compare(OperatorNames.LessOrEqual, count, context.Constants.Cast(new ConstantExpression((long)length, SqlType.BigInt), count.Type));
    }

    private CallExpression Call(string function, Expression argument)
    {
        FunctionResolution resolution = context.Functions.ResolveScalar(function, [ArgumentType.Of(argument.Type)]);
        return new CallExpression(resolution.Name, [argument], resolution.ReturnType);
    }

    private Operand OverRow(Column[] row, Tree.Expression expression, string clause)
    {
        var scope = new NameScope(null, target.Fields(row), CommonTables.None);
        return new ExpressionAnalyzer(context, scope, new ExpressionSink(clause) { AllowsSubqueries = false }).Operand(expression);
    }
}
