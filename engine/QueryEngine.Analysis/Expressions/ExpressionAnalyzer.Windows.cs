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

        return new WindowUse(
            resolution.Name,
            operands.Select((operand, at) => _coercer.To(operand, resolution.ParameterTypes[at])).ToValueList(),
            resolution.ReturnType)
        {
            PartitionBy = window.PartitionBy.Select(Analyze).ToValueList(),
            OrderBy = order,
            Frame = window.Frame is null ? WindowFrame.Default : AnalyzeFrame(window.Frame, order),
            IsDistinct = call.IsDistinct,
            IgnoreNulls = call.NullTreatment == Tree.NullTreatment.Ignore,
            Filter = call.Filter is null ? null : _coercer.ToBoolean(Operand(call.Filter), "the condition of FILTER"),
        };
    }

    private WindowFrame AnalyzeFrame(Tree.WindowFrame frame, ValueList<SortExpression> order)
    {
        FrameBound start = AnalyzeBound(frame, frame.Start, order);
        FrameBound end = frame.End is null ? new FrameBound(FrameBoundKind.CurrentRow) : AnalyzeBound(frame, frame.End, order);
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

    private FrameBound AnalyzeBound(Tree.WindowFrame frame, Tree.FrameBound bound, ValueList<SortExpression> order)
    {
        var kind = (FrameBoundKind)bound.Kind;
        if (bound.Offset is null)
            return new FrameBound(kind);

        Operand offset = Operand(bound.Offset);
        if (frame.Unit == Tree.FrameUnit.Range)
        {
            if (order.Count != 1)
                throw new QueryException(ErrorCode.WindowingError, "a frame of RANGE with an offset needs ORDER BY one key", bound.Position);
            SqlType key = order[0].Expression.Type;
            if (key.IsNumeric)
                offset = offset with { Expression = _coercer.To(offset, Coercion.CommonType(key, offset.Type) == key ? key : offset.Type) };
        }
        else
        {
            if (!offset.Type.IsInteger && offset.Type is not UnknownType)
                throw new QueryException(ErrorCode.TypeMismatch, $"the offset of a frame must be a whole number, not {offset.Type}", bound.Offset.Position);
            offset = offset with { Expression = _coercer.To(offset, SqlType.BigInt) };
        }

        ConstantExpression constant = context.Constants.Evaluate(offset.Expression)
            ?? throw QueryException.NotSupported("an offset of a frame that is not constant", bound.Offset.Position);
        if (constant.Value is null)
            throw new QueryException(ErrorCode.NullNotAllowed, "the offset of a frame must not be null", bound.Offset.Position);
        if (constant.Value is long and < 0 or int and < 0)
            throw new QueryException(ErrorCode.InvalidParameterValue, "the offset of a frame must not be negative", bound.Offset.Position);
        return new FrameBound(kind, constant);
    }
}
