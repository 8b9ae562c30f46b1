using QueryEngine.Columnar;
using QueryEngine.Execution.Columns;
using QueryEngine.Spi;

namespace QueryEngine.Execution.Evaluation;

/// <summary>
/// An expression of one column that cannot raise: where the column is dictionary-coded, each value of the dictionary is computed once (a value may
/// belong to no row, hence "cannot raise") and kept for the next batches of the same dictionary.
/// </summary>
internal sealed class DictionaryEvaluator : Evaluator
{
    private readonly Evaluator _inner;
    private readonly int _column;
    private ColumnVector? _dictionary;
    private ColumnVector? _results;

    public DictionaryEvaluator(Evaluator inner)
        : base(inner.Type)
    {
        (_inner, _column) = (inner, inner.Columns[0]);
        Columns = inner.Columns;
    }

    /// <summary>Whether an expression may be computed this way.</summary>
    public static bool Fits(Evaluator evaluator) =>
        evaluator is { Columns.Count: 1, MayRaise: false, IsDeterministic: true } and not (ColumnEvaluator or DictionaryEvaluator or SharedEvaluator);

    /// <inheritdoc/>
    public override ColumnVector Evaluate(Scope scope)
    {
        // Nulls of the rows are not in the dictionary, and the expression may make a value of a null.
        if (scope[_column] is not DictionaryVector { MayHaveNulls: false } coded)
            return _inner.Evaluate(scope);

        if (!ReferenceEquals(coded.Dictionary, _dictionary))
        {
            if (coded.Dictionary.Length > scope.RowCount)
                return _inner.Evaluate(scope);
            Learn(coded.Dictionary, scope);
        }

        return Compaction.Rows(_results!, coded.Indices, scope.Memory);
    }

    /// <inheritdoc/>
    protected override void Release()
    {
        Forget();
        _inner.Dispose();
    }

    private void Learn(ColumnVector dictionary, Scope scope)
    {
        Forget();
        using Scope values = scope.Replace(_column, dictionary);
        using ColumnVector results = _inner.Evaluate(values);
        _results = Gather.Flatten(results, scope.Memory);
        dictionary.Retain();
        _dictionary = dictionary;
    }

    private void Forget()
    {
        _dictionary?.Dispose();
        _results?.Dispose();
        (_dictionary, _results) = (null, null);
    }
}
