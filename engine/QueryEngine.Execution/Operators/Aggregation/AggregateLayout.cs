using QueryEngine.Execution.Evaluation;
using QueryEngine.Execution.Planning;
using QueryEngine.Functions;
using QueryEngine.Functions.Aggregates;
using QueryEngine.Plan;
using QueryEngine.Spi;

namespace QueryEngine.Execution.Operators.Aggregation;

/// <summary>What an aggregation computes: its keys and calls, bound to places in the input's batches. Shared by all drivers.</summary>
internal sealed class AggregateLayout
{
    private AggregateLayout(int[] keys, IReadOnlyList<SqlType> keyTypes, IReadOnlyList<BoundAggregate> calls, bool mergesStates, FunctionContext functions) =>
        (Keys, KeyTypes, Calls, MergesStates, Functions) = (keys, keyTypes, calls, mergesStates, functions);

    /// <summary>Places of the keys.</summary>
    public int[] Keys { get; }

    /// <summary>Types of the keys.</summary>
    public IReadOnlyList<SqlType> KeyTypes { get; }

    /// <summary>The calls.</summary>
    public IReadOnlyList<BoundAggregate> Calls { get; }

    /// <summary>Whether the input has states instead of rows.</summary>
    public bool MergesStates { get; }

    /// <summary>What functions may know; counts the operator's memory.</summary>
    public FunctionContext Functions { get; }

    /// <summary>Where everything is counted.</summary>
    public MemoryContext Memory => Functions.Memory;

    /// <summary>Whether every call can be taken in as rows come and split into states.</summary>
    public bool IsIncremental => Calls.All(call => !call.IsDistinct && call.OrderBy.Count == 0 && call.Function.IntermediateTypes.Count > 0);

    /// <summary>Binds a node's calls to its source's batches.</summary>
    public static AggregateLayout Create(AggregateNode node, RowStream input, OperatorStatistics statistics, PlanningContext context)
    {
        var calls = new List<BoundAggregate>();
        foreach (Plan.Aggregation aggregation in node.Aggregations)
        {
            AggregateCall call = aggregation.Call;
            AggregateFunction function = context.Binder.Aggregate(call.Function, call.ParameterTypes);
            calls.Add(new BoundAggregate(
                function,
                [.. call.Arguments],
                call.Filter,
                call.IsDistinct && !function.IgnoresDuplicates,
                call.OrderBy));
        }

        return new AggregateLayout(
            input.PlacesOf(node.Keys),
            [.. node.Keys.Select(key => key.Type)],
            calls,
            node.Step == AggregateStep.Final,
            context.Task.Functions with { Memory = statistics.Memory! });
    }
}

/// <summary>A call bound to its function.</summary>
internal sealed record BoundAggregate(
    AggregateFunction Function, IReadOnlyList<Expression> Arguments, Expression? Filter, bool IsDistinct, ValueList<SortKey> OrderBy);

/// <summary>Evaluates the arguments and filters of calls over batches; one a driver.</summary>
internal sealed class AggregateInputs : IDisposable
{
    private readonly AggregateLayout _layout;
    private readonly Evaluator[][] _arguments;
    private readonly Evaluator?[] _filters;

    public AggregateInputs(AggregateLayout layout, ExpressionCompiler compiler)
    {
        _layout = layout;
        _arguments = [.. layout.Calls.Select(call => compiler.Compile([.. call.Arguments]))];
        _filters = [.. layout.Calls.Select(call => call.Filter is null ? null : compiler.Compile([call.Filter])[0])];
    }

    /// <summary>The arguments of a call for the rows that its filter lets pass, and these rows' numbers; null rows mean all.</summary>
    public ColumnVector[] Evaluate(int call, Scope scope, out int[]? rows)
    {
        rows = null;
        if (_filters[call] is not { } filter)
            return EvaluateArguments(_arguments[call], scope);

        using ColumnVector condition = filter.Evaluate(scope);
        int[] passing = new int[scope.RowCount];
        int count = Booleans.TrueRows(condition, RowNumbers.UpTo(scope.RowCount), passing);
        rows = passing[..count];
        using Scope some = scope.Narrow(rows, [.. Evaluator.ColumnsOf(_arguments[call])]);
        return EvaluateArguments(_arguments[call], some);
    }

    /// <summary>Opens a batch.</summary>
    public Scope Open(RecordBatch batch) => new(batch.Columns, batch.RowCount, _layout.Functions);

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (Evaluator[] arguments in _arguments)
            foreach (Evaluator argument in arguments)
                argument.Dispose();
        foreach (Evaluator? filter in _filters)
            filter?.Dispose();
    }

    private static ColumnVector[] EvaluateArguments(Evaluator[] evaluators, Scope scope)
    {
        var arguments = new ColumnVector[evaluators.Length];
        try
        {
            for (int argument = 0; argument < arguments.Length; argument++)
                arguments[argument] = evaluators[argument].Evaluate(scope);
        }
        catch
        {
            Columns.Compaction.DisposeAll(arguments);
            throw;
        }

        return arguments;
    }
}
