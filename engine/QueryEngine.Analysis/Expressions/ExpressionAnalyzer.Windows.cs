using QueryEngine.Analysis.Queries;
using QueryEngine.Analysis.Types;
using QueryEngine.Functions;
using QueryEngine.Plan;
using QueryEngine.Spi;

namespace QueryEngine.Analysis.Expressions;

/// <content>Calls with OVER.</content>
internal sealed partial class ExpressionAnalyzer
{
    private Expression AnalyzeWindowCall(Tree.FunctionCall call, string name)
    {
        if (sink.Windows is not { } collector)
            throw new QueryException(ErrorCode.WindowingError, $"a window function is not allowed in {sink.Clause}", call.Position);
        if (call.OrderBy.Length > 0 || call.WithinGroup.Length > 0)
            throw QueryException.NotSupported("ORDER BY inside a window function", call.Position);
        if (!context.Functions.IsAggregate(name) && !context.Functions.IsWindow(name) && context.Functions.IsScalar(name))
            throw new QueryException(ErrorCode.WrongObjectType, $"{name} is neither a window nor an aggregate function", call.Position);

        var inner = new ExpressionAnalyzer(
            context, scope, new ExpressionSink("a window function") { Subqueries = collector.Subqueries, Aggregates = sink.Aggregates });
        return collector.Add(inner.WindowOf(call, name, collector), context.Columns).Ref();
    }

    /// <summary>The call as a window function; this analyzer is that of its arguments and its window.</summary>
    private WindowUse WindowOf(Tree.FunctionCall call, string name, WindowCollector collector)
    {
        Operand[] operands = [.. call.Arguments.Select(Operand)];
        FunctionResolution resolution = Resolve(call, () => context.Functions.ResolveWindow(name, [.. operands.Select(ArgumentOf)]));
        Tree.WindowSpecification window = collector.Resolve(call.Over!);
        ValueList<SortExpression> order = window.OrderBy.Select(SortKeyOf).ToValueList();
        bool isAggregate = !context.Functions.IsWindow(name);
        if (!isAggregate && (call.Filter is not null || call.IsDistinct))
            throw QueryException.NotSupported($"FILTER or DISTINCT of window function {name}", call.Position);
        if (isAggregate && call.NullTreatment == Tree.NullTreatment.Ignore)
            throw QueryException.NotSupported("IGNORE NULLS of an aggregate", call.Position);

        WindowFrame frame = window.Frame is null ? WindowFrame.Default : AnalyzeFrame(window.Frame, ref order);
        Expression? filter = call.Filter is null ? null : _coercer.ToBoolean(Operand(call.Filter), "the condition of FILTER");
        return new WindowUse(
            resolution.Name,
            operands.Select((operand, at) => Guarded(_coercer.To(operand, resolution.ParameterTypes[at]), filter)).ToValueList(),
            resolution.ReturnType)
        {
            PartitionBy = window.PartitionBy.Select(Analyze).ToValueList(),
            OrderBy = order,
            Frame = frame,
            IsDistinct = call.IsDistinct,
            IgnoreNulls = call.NullTreatment == Tree.NullTreatment.Ignore,
            Filter = filter,
        };
    }

    // RANGE counts in the type that the key and the offsets have in common: 5.1 around an integer is no whole number.
    private WindowFrame AnalyzeFrame(Tree.WindowFrame frame, ref ValueList<SortExpression> order)
    {
        Operand? startOffset = OffsetOf(frame, frame.Start, order), endOffset = frame.End is null ? null : OffsetOf(frame, frame.End, order);
        if (frame.Unit == Tree.FrameUnit.Range && order is [var only] && (startOffset ?? endOffset) is not null && only.Expression.Type.IsNumeric)
        {
            Operand key = new(only.Expression, frame.Position);
            Operand[] numbers = [key, .. new[] { startOffset, endOffset }.OfType<Operand>()];
            SqlType common = Coercer.Common(numbers) ?? throw Coercer.Mismatch(numbers, "RANGE");
            order = [only with { Expression = _coercer.To(key, common) }];
            startOffset = startOffset is { } first ? first with { Expression = _coercer.To(first, common) } : null;
            endOffset = endOffset is { } last ? last with { Expression = _coercer.To(last, common) } : null;
        }

        FrameBound start = BoundOf(frame.Start, startOffset);
        FrameBound end = frame.End is null ? new FrameBound(FrameBoundKind.CurrentRow) : BoundOf(frame.End, endOffset);
        if (start.Kind == FrameBoundKind.UnboundedFollowing)
            throw new QueryException(ErrorCode.WindowingError, "a frame cannot start at UNBOUNDED FOLLOWING", frame.Start.Position);
        if (end.Kind == FrameBoundKind.UnboundedPreceding)
            throw new QueryException(ErrorCode.WindowingError, "a frame cannot end at UNBOUNDED PRECEDING", (frame.End ?? frame.Start).Position);
        if (start.Kind > end.Kind)
            throw new QueryException(ErrorCode.WindowingError, "a frame cannot end before it starts", (frame.End ?? frame.Start).Position);
        if (frame.Unit == Tree.FrameUnit.Groups && order.Count == 0)
            throw new QueryException(ErrorCode.WindowingError, "a frame of GROUPS needs ORDER BY", frame.Position);

        var unit = frame.Unit switch
        {
            Tree.FrameUnit.Rows => FrameUnit.Rows,
            Tree.FrameUnit.Groups => FrameUnit.Groups,
            _ => FrameUnit.Range,
        };
        return new WindowFrame(unit, start, end, (FrameExclusion)frame.Exclusion);
    }

    private Operand? OffsetOf(Tree.WindowFrame frame, Tree.FrameBound bound, ValueList<SortExpression> order)
    {
        if (bound.Offset is null)
            return null;

        Operand offset = Operand(bound.Offset);
        if (offset.Expression.References().Any(scope.Query.Fields.Select(field => field.Column).ToHashSet().Contains))
            throw new QueryException(ErrorCode.InvalidColumnReference, "the offset of a frame must not read columns", bound.Offset.Position);
        if (frame.Unit == Tree.FrameUnit.Range)
            return order.Count == 1
                ? offset
                : throw new QueryException(ErrorCode.WindowingError, "a frame of RANGE with an offset needs ORDER BY one key", bound.Position);
        if (!offset.Type.IsInteger && offset.Type is not UnknownType)
            throw new QueryException(ErrorCode.TypeMismatch, $"the offset of a frame must be a whole number, not {offset.Type}", bound.Offset.Position);
        return offset with { Expression = _coercer.To(offset, SqlType.BigInt) };
    }

    // A subquery, or what else is known only when the query runs, is checked then.
    private FrameBound BoundOf(Tree.FrameBound bound, Operand? offset)
    {
        var kind = (FrameBoundKind)bound.Kind;
        if (offset is not { } value)
            return new FrameBound(kind);
        if (context.Constants.Evaluate(value.Expression) is not { } constant)
            return new FrameBound(kind, value.Expression);
        if (constant.Value is null)
            throw new QueryException(ErrorCode.NullNotAllowed, "the offset of a frame must not be null", value.Position);
        if (constant.Value is long and < 0 or int and < 0)
            throw new QueryException(ErrorCode.InvalidParameterValue, "the offset of a frame must not be negative", value.Position);
        return new FrameBound(kind, constant);
    }
}
