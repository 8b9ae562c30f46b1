using System.Diagnostics.CodeAnalysis;
using QueryEngine.Columnar;
using QueryEngine.Functions.Scalar;
using QueryEngine.Spi;

namespace QueryEngine.Execution.Evaluation;

/// <summary>IN over constants: a hash set.</summary>
internal sealed class InSetEvaluator : Evaluator
{
    private readonly Evaluator _operand;
    private readonly ValueSet _set;
    private readonly bool _hasNull;

    public InSetEvaluator(Evaluator operand, IEnumerable<object?> candidates)
        : base(SqlType.Boolean)
    {
        _operand = operand;
        (Columns, MayRaise, IsDeterministic) = (operand.Columns, operand.MayRaise, operand.IsDeterministic);
        _set = ValueSet.Create(operand.Type.Physical);
        foreach (object? candidate in candidates)
        {
            if (candidate is null)
                _hasNull = true;
            else
                _set.Add(candidate);
        }
    }

    /// <inheritdoc/>
    public override ColumnVector Evaluate(Scope scope)
    {
        using ColumnVector operand = _operand.Evaluate(scope);
        byte[] states = new byte[scope.RowCount];
        _set.Test(operand, states, _hasNull ? Booleans.Null : Booleans.False);
        Validity validity = operand.Validity;
        if (!validity.AllValid)
        {
            for (int row = 0; row < states.Length; row++)
                states[row] = validity[row] ? states[row] : Booleans.Null;
        }

        return Booleans.Build(states, scope.Memory);
    }

    /// <inheritdoc/>
    protected override void Release() => _operand.Dispose();

    private abstract class ValueSet
    {
        public abstract void Add(object value);

        public abstract void Test(ColumnVector operand, Span<byte> states, byte absent);

        public static ValueSet Create(PhysicalType type) => type switch
        {
            PhysicalType.Bool => new FixedSet<bool>(),
            PhysicalType.Int8 => new FixedSet<sbyte>(),
            PhysicalType.Int16 => new FixedSet<short>(),
            PhysicalType.Int32 => new FixedSet<int>(),
            PhysicalType.Int64 => new FixedSet<long>(),
            PhysicalType.Int128 => new FixedSet<Int128>(),
            PhysicalType.Float32 => new FixedSet<float>(),
            PhysicalType.Float64 => new FixedSet<double>(),
            PhysicalType.UInt128 => new FixedSet<UInt128>(),
            PhysicalType.Bytes => new BytesSet(),
            _ => new BoxedSet(),
        };
    }

    private sealed class FixedSet<T> : ValueSet
        where T : unmanaged
    {
        private readonly HashSet<T> _values = [];

        public override void Add(object value) => _values.Add((T)value);

        public override void Test(ColumnVector operand, Span<byte> states, byte absent)
        {
            using ColumnVector flat = Gather.Flatten(operand, MemoryContext.Unlimited);
            ReadOnlySpan<T> values = ((FixedWidthVector<T>)flat).Values;
            for (int row = 0; row < states.Length; row++)
                states[row] = _values.Contains(values[row]) ? Booleans.True : absent;
        }
    }

    private sealed class BytesSet : ValueSet
    {
        private readonly HashSet<byte[]> _values = new(BytesComparer.Instance);

        public override void Add(object value) =>
            _values.Add(value switch
            {
                BigNumber number => BigNumberBytes.Write(number),
                ValueList<byte> binary => binary.AsSpan().ToArray(),
                _ => System.Text.Encoding.UTF8.GetBytes((string)value),
            });

        public override void Test(ColumnVector operand, Span<byte> states, byte absent)
        {
            HashSet<byte[]>.AlternateLookup<ReadOnlySpan<byte>> lookup = _values.GetAlternateLookup<ReadOnlySpan<byte>>();
            var reader = new BytesReader(operand);
            Validity validity = operand.Validity;
            for (int row = 0; row < states.Length; row++)
                states[row] = validity[row] && lookup.Contains(reader[row]) ? Booleans.True : absent;
        }
    }

    private sealed class BoxedSet : ValueSet
    {
        private readonly HashSet<object> _values = [];

        public override void Add(object value) => _values.Add(value);

        public override void Test(ColumnVector operand, Span<byte> states, byte absent)
        {
            for (int row = 0; row < states.Length; row++)
                states[row] = operand.GetValue(row) is { } value && _values.Contains(value) ? Booleans.True : absent;
        }
    }

    private sealed class BytesComparer : IEqualityComparer<byte[]>, IAlternateEqualityComparer<ReadOnlySpan<byte>, byte[]>
    {
        public static readonly BytesComparer Instance = new();

        public bool Equals(byte[]? x, byte[]? y) => x.AsSpan().SequenceEqual(y);

        public int GetHashCode([DisallowNull] byte[] obj) => (int)RowHash.HashBytes(obj);

        public byte[] Create(ReadOnlySpan<byte> alternate) => alternate.ToArray();

        public bool Equals(ReadOnlySpan<byte> alternate, byte[] other) => alternate.SequenceEqual(other);

        public int GetHashCode(ReadOnlySpan<byte> alternate) => (int)RowHash.HashBytes(alternate);
    }
}

/// <summary>IN over computed candidates: one comparison a candidate, joined by OR.</summary>
internal sealed class InListEvaluator : Evaluator
{
    private readonly Evaluator _operand;
    private readonly Evaluator[] _candidates;
    private readonly ScalarFunction _equal;

    public InListEvaluator(Evaluator operand, Evaluator[] candidates, ScalarFunction equal)
        : base(SqlType.Boolean)
    {
        (_operand, _candidates, _equal) = (operand, candidates, equal);
        Columns = ColumnsOf(candidates.Append(operand));
        MayRaise = operand.MayRaise || candidates.Any(candidate => candidate.MayRaise);
        IsDeterministic = operand.IsDeterministic && candidates.All(candidate => candidate.IsDeterministic);
    }

    /// <inheritdoc/>
    public override ColumnVector Evaluate(Scope scope)
    {
        using ColumnVector operand = _operand.Evaluate(scope);
        byte[] states = new byte[scope.RowCount];
        byte[] equalStates = new byte[scope.RowCount];
        foreach (Evaluator candidate in _candidates)
        {
            using ColumnVector value = candidate.Evaluate(scope);
            using ColumnVector equal = _equal.Invoke([operand, value], scope.RowCount, scope.Functions);
            Booleans.Read(equal, equalStates);
            for (int row = 0; row < states.Length; row++)
            {
                if (states[row] != Booleans.True && equalStates[row] != Booleans.False)
                    states[row] = equalStates[row];
            }
        }

        return Booleans.Build(states, scope.Memory);
    }

    /// <inheritdoc/>
    protected override void Release()
    {
        _operand.Dispose();
        foreach (Evaluator candidate in _candidates)
            candidate.Dispose();
    }
}
