using QueryEngine.Columnar;
using QueryEngine.Execution.Columns;
using QueryEngine.Spi;

namespace QueryEngine.Execution.Evaluation;

/// <summary>ROW(...): one vector a field.</summary>
internal sealed class RowEvaluator : Evaluator
{
    private readonly Evaluator[] _fields;

    public RowEvaluator(Evaluator[] fields, SqlType type)
        : base(type)
    {
        _fields = fields;
        Columns = ColumnsOf(fields);
        MayRaise = fields.Any(field => field.MayRaise);
        IsDeterministic = fields.All(field => field.IsDeterministic);
    }

    /// <inheritdoc/>
    public override ColumnVector Evaluate(Scope scope)
    {
        var fields = new ColumnVector[_fields.Length];
        try
        {
            for (int field = 0; field < fields.Length; field++)
                fields[field] = _fields[field].Evaluate(scope);
        }
        catch
        {
            Compaction.DisposeAll(fields);
            throw;
        }

        return new RowVector(Type, scope.RowCount, fields);
    }

    /// <inheritdoc/>
    protected override void Release()
    {
        foreach (Evaluator field in _fields)
            field.Dispose();
    }
}

/// <summary>ARRAY[...]: the same number of elements in every row.</summary>
internal sealed class ArrayEvaluator : Evaluator
{
    private readonly Evaluator[] _elements;

    public ArrayEvaluator(Evaluator[] elements, SqlType type)
        : base(type)
    {
        _elements = elements;
        Columns = ColumnsOf(elements);
        MayRaise = elements.Any(element => element.MayRaise);
        IsDeterministic = elements.All(element => element.IsDeterministic);
    }

    /// <inheritdoc/>
    public override ColumnVector Evaluate(Scope scope)
    {
        using var parts = new RowParts(((ArrayType)Type).Element, scope.RowCount * _elements.Length, scope.Memory);
        int[] rows = new int[scope.RowCount];
        for (int element = 0; element < _elements.Length; element++)
        {
            for (int row = 0; row < rows.Length; row++)
                rows[row] = (row * _elements.Length) + element;
            parts.Add(_elements[element].Evaluate(scope), rows);
        }

        NativeBuffer offsets = scope.Memory.Allocate((scope.RowCount + 1L) * sizeof(int));
        Span<int> starts = offsets.Span<int>(scope.RowCount + 1);
        for (int row = 0; row < starts.Length; row++)
            starts[row] = row * _elements.Length;
        return new ArrayVector(Type, scope.RowCount, offsets, parts.Build());
    }

    /// <inheritdoc/>
    protected override void Release()
    {
        foreach (Evaluator element in _elements)
            element.Dispose();
    }
}

/// <summary>A field of a row value; NULL where the row value is.</summary>
internal sealed class FieldEvaluator : Evaluator
{
    private readonly Evaluator _operand;
    private readonly int _field;

    public FieldEvaluator(Evaluator operand, int field, SqlType type)
        : base(type) =>
        (_operand, _field, Columns, MayRaise, IsDeterministic) = (operand, field, operand.Columns, operand.MayRaise, operand.IsDeterministic);

    /// <inheritdoc/>
    public override ColumnVector Evaluate(Scope scope)
    {
        using ColumnVector operand = _operand.Evaluate(scope);
        using ColumnVector flat = Gather.Flatten(operand, scope.Memory);
        ColumnVector field = ((RowVector)flat).Fields[_field];
        if (!flat.MayHaveNulls)
        {
            field.Retain();
            return field;
        }

        int[] rows = new int[flat.Length];
        Validity validity = flat.Validity;
        for (int row = 0; row < rows.Length; row++)
            rows[row] = validity[row] ? row : -1;
        return Gather.TakeOrNull(field, rows, scope.Memory);
    }

    /// <inheritdoc/>
    protected override void Release() => _operand.Dispose();
}
