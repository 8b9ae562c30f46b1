using QueryEngine.Analysis.Types;
using QueryEngine.Plan;
using QueryEngine.Spi;

namespace QueryEngine.Analysis.Expressions;

/// <content>CASE, casts, and values made of others.</content>
internal sealed partial class ExpressionAnalyzer
{
    private SpecialExpression AnalyzeCase(Tree.CaseExpression @case)
    {
        var conditions = new List<Expression>(@case.Whens.Length);
        var results = new List<Operand>(@case.Whens.Length + 1);
        Operand? operand = @case.Operand is null ? null : Operand(@case.Operand);
        foreach (Tree.WhenClause when in @case.Whens)
        {
            conditions.Add(operand is { } value
                ? Compare(Tree.ComparisonOperator.Equal, value, Operand(when.Condition), when.Condition.Position)
                : _coercer.ToBoolean(Operand(when.Condition), "the condition of WHEN"));
            results.Add(Operand(when.Result));
        }

        results.Add(@case.Else is null ? new Operand(ConstantExpression.Null(SqlType.Unknown), @case.Position) : Operand(@case.Else));
        return Case(conditions, _coercer.Unify(results, "CASE"));
    }

    private static SpecialExpression Case(List<Expression> conditions, Expression[] results)
    {
        var arguments = new Expression[(2 * conditions.Count) + 1];
        for (int branch = 0; branch < conditions.Count; branch++)
            (arguments[2 * branch], arguments[(2 * branch) + 1]) = (conditions[branch], results[branch]);
        arguments[^1] = results[^1];
        return new SpecialExpression(SpecialForm.Case, arguments.ToValueList(), results[^1].Type);
    }

    private Expression AnalyzeCast(Tree.Expression value, SqlType target, bool isTry, SourcePosition position)
    {
        Operand operand = target is VarcharType ? PaddedInDialect(Operand(value)) : Operand(value);
        if (operand.Expression is ConstantExpression constant)
        {
            CheckCast(operand.IsUntypedText ? SqlType.Varchar : constant.ValueType, target, position);
            try
            {
                return context.Constants.Cast(constant, target, isTry);
            }
            catch (QueryException error)
            {
                throw error.At(operand.Position);
            }
        }

        CheckCast(operand.Type, target, position);
        return operand.Type == target ? operand.Expression : new CastExpression(operand.Expression, target, isTry);
    }

    private void CheckCast(SqlType from, SqlType to, SourcePosition position)
    {
        if (from != to && from is not UnknownType && !context.Functions.CanCast(from, to))
            throw new QueryException(ErrorCode.CannotCast, $"{from} cannot be cast to {to}", position);
    }

    private CallExpression AnalyzeAtTimeZone(Tree.AtTimeZoneExpression zone)
    {
        Operand name = zone.Zone is null
            ? new Operand(new ConstantExpression(context.Query.TimeZone, SqlType.Varchar), zone.Position)
            : Operand(zone.Zone);
        return Call("$at_time_zone", zone.Position, [Operand(zone.Value), name]);
    }

    private Expression AnalyzeCollate(Tree.CollateExpression collate)
    {
        string name = collate.Collation.Last.Value;
        if (name.ToUpperInvariant() is not ("C" or "POSIX" or "DEFAULT" or "UCS_BASIC" or "BINARY"))
            throw QueryException.NotSupported($"collation {name}", collate.Collation.Position, "Text compares by code point, which is collation C.");
        return AnalyzeRaw(collate.Value);
    }

    private SpecialExpression AnalyzeArray(Tree.ArrayConstructor array)
    {
        Expression[] items = _coercer.Unify([.. array.Items.Select(Operand)], "ARRAY");
        return new SpecialExpression(SpecialForm.Array, items.ToValueList(), SqlType.Array(items.Length == 0 ? SqlType.Unknown : items[0].Type));
    }

    private SpecialExpression AnalyzeRow(Tree.RowConstructor row)
    {
        Expression[] items = [.. row.Items.Select(Analyze)];
        var fields = items.Select((item, at) => new RowField(at < row.FieldNames.Length ? row.FieldNames[at].Folded : null, item.Type));
        return new SpecialExpression(SpecialForm.Row, items.ToValueList(), new RowType(fields.ToValueList()));
    }

    private CallExpression AnalyzeMap(Tree.MapConstructor map)
    {
        Expression[] keys = _coercer.Unify([.. map.Keys.Select(Operand)], "MAP key");
        Expression[] values = _coercer.Unify([.. map.Values.Select(Operand)], "MAP value");
        return Call("map", map.Position, [ArrayOf(keys), ArrayOf(values)]);

        Operand ArrayOf(Expression[] items) => new(
            new SpecialExpression(SpecialForm.Array, items.ToValueList(), SqlType.Array(items.Length == 0 ? SqlType.Unknown : items[0].Type)), map.Position);
    }

    private Expression AnalyzeSubscript(Tree.SubscriptExpression subscript)
    {
        Operand value = Operand(subscript.Value), index = Operand(subscript.Index);
        if (value.Type is not RowType row)
            return Call(OperatorNames.Subscript, subscript.Position, [value, index]);
        if (index.Expression is ConstantExpression { Value: int field } && field >= 1 && field <= row.Fields.Count)
            return new FieldExpression(value.Expression, field - 1, row.Fields[field - 1].Type);
        if (index.Expression is ConstantExpression { Value: string name })
            return Scopes.NameScope.AccessField(value.Expression, new Tree.Identifier(name, IsQuoted: true) { Position = index.Position });
        throw new QueryException(ErrorCode.TypeMismatch, $"a field of a row is chosen by a constant from 1 to {row.Fields.Count}", index.Position);
    }

    private CallExpression AnalyzeSlice(Tree.SliceExpression slice)
    {
        Operand value = Operand(slice.Value);
        Operand lower = slice.Lower is null ? new Operand(new ConstantExpression(1L, SqlType.BigInt), slice.Position) : Operand(slice.Lower);
        Operand upper = slice.Upper is null ? new Operand(new ConstantExpression(long.MaxValue, SqlType.BigInt), slice.Position) : Operand(slice.Upper);
        return Call("$slice", slice.Position, slice.Step is null ? [value, lower, upper] : [value, lower, upper, Operand(slice.Step)]);
    }
}
