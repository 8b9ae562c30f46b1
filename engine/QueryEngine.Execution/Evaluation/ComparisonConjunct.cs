using System.Numerics;
using QueryEngine.Plan;
using QueryEngine.Spi;

namespace QueryEngine.Execution.Evaluation;

/// <summary>A comparison of fixed-width columns with a constant or with one another, straight into the selection: no boolean vector in between.</summary>
internal static class ComparisonConjunct
{
    /// <summary>The term, or null when it is not such a comparison.</summary>
    public static Conjunct? TryCreate(Expression expression, ExpressionCompiler compiler)
    {
        if (expression is not CallExpression { Arguments: [var left, var right] } call || !OperatorNames.IsComparison(call.Function))
            return null;
        string function = call.Function;
        if (left is ConstantExpression && right is ColumnExpression)
            (left, right, function) = (right, left, OperatorNames.Flip(function));
        if (left is not ColumnExpression || right is not (ColumnExpression or ConstantExpression { Value: not null }) || left.Type.Physical != right.Type.Physical
            || left.Type.Kind == TypeKind.Interval)
            return null;

        return left.Type.Physical switch
        {
            PhysicalType.Int32 => Create<int>(function, left, right, compiler),
            PhysicalType.Int64 => Create<long>(function, left, right, compiler),
            PhysicalType.Int16 => Create<short>(function, left, right, compiler),
            PhysicalType.Int128 => Create<Int128>(function, left, right, compiler),
            _ => null,
        };
    }

    private static Conjunct Create<T>(string function, Expression left, Expression right, ExpressionCompiler compiler)
        where T : unmanaged, INumber<T>
    {
        Evaluator generalLeft = compiler.Compile(left);
        Evaluator generalRight = compiler.Compile(right);
        return function switch
        {
            OperatorNames.Equal => new Typed<T, EqualTest>(generalLeft, generalRight),
            OperatorNames.NotEqual => new Typed<T, NotEqualTest>(generalLeft, generalRight),
            OperatorNames.Less => new Typed<T, LessTest>(generalLeft, generalRight),
            OperatorNames.LessOrEqual => new Typed<T, LessOrEqualTest>(generalLeft, generalRight),
            OperatorNames.Greater => new Typed<T, GreaterTest>(generalLeft, generalRight),
            _ => new Typed<T, GreaterOrEqualTest>(generalLeft, generalRight),
        };
    }

    private interface ITest
    {
        static abstract bool Holds<T>(T left, T right)
            where T : INumber<T>;
    }

    private readonly struct EqualTest : ITest
    {
        public static bool Holds<T>(T left, T right)
            where T : INumber<T> => left == right;
    }

    private readonly struct NotEqualTest : ITest
    {
        public static bool Holds<T>(T left, T right)
            where T : INumber<T> => left != right;
    }

    private readonly struct LessTest : ITest
    {
        public static bool Holds<T>(T left, T right)
            where T : INumber<T> => left < right;
    }

    private readonly struct LessOrEqualTest : ITest
    {
        public static bool Holds<T>(T left, T right)
            where T : INumber<T> => left <= right;
    }

    private readonly struct GreaterTest : ITest
    {
        public static bool Holds<T>(T left, T right)
            where T : INumber<T> => left > right;
    }

    private readonly struct GreaterOrEqualTest : ITest
    {
        public static bool Holds<T>(T left, T right)
            where T : INumber<T> => left >= right;
    }

    private sealed class Typed<T, TTest>(Evaluator left, Evaluator right) : Conjunct
        where T : unmanaged, INumber<T>
        where TTest : ITest
    {
        /// <inheritdoc/>
        public override bool MayRaise => false;

        /// <inheritdoc/>
        public override int Apply(Scope scope, Span<int> rows)
        {
            using ColumnVector leftVector = left.Evaluate(scope);
            if (rows.IsEmpty)
                return 0;
            if (right is ConstantValueEvaluator constant)
                return ApplyConstant(leftVector, (T)constant.Value!, rows);

            using ColumnVector rightVector = right.Evaluate(scope);
            return ApplyColumns(leftVector, rightVector, rows);
        }

        /// <inheritdoc/>
        protected override void Release()
        {
            left.Dispose();
            right.Dispose();
        }

        private static int ApplyConstant(ColumnVector vector, T constant, Span<int> rows)
        {
            using ColumnVector flat = Columnar.Gather.Flatten(vector, MemoryContext.Unlimited);
            ReadOnlySpan<T> values = ((FixedWidthVector<T>)flat).Values;
            int count = 0;
            if (rows.Length == values.Length)
            {
                for (int row = 0; row < values.Length; row++)
                {
                    rows[count] = row;
                    count += TTest.Holds(values[row], constant) ? 1 : 0;
                }
            }
            else
            {
                for (int at = 0; at < rows.Length; at++)
                {
                    int row = rows[at];
                    rows[count] = row;
                    count += TTest.Holds(values[row], constant) ? 1 : 0;
                }
            }

            return DropNulls(flat, rows[..count]);
        }

        private static int ApplyColumns(ColumnVector leftVector, ColumnVector rightVector, Span<int> rows)
        {
            using ColumnVector flatLeft = Columnar.Gather.Flatten(leftVector, MemoryContext.Unlimited);
            using ColumnVector flatRight = Columnar.Gather.Flatten(rightVector, MemoryContext.Unlimited);
            ReadOnlySpan<T> lefts = ((FixedWidthVector<T>)flatLeft).Values;
            ReadOnlySpan<T> rights = ((FixedWidthVector<T>)flatRight).Values;
            int count = 0;
            for (int at = 0; at < rows.Length; at++)
            {
                int row = rows[at];
                rows[count] = row;
                count += TTest.Holds(lefts[row], rights[row]) ? 1 : 0;
            }

            count = DropNulls(flatLeft, rows[..count]);
            return DropNulls(flatRight, rows[..count]);
        }

        private static int DropNulls(ColumnVector vector, Span<int> rows)
        {
            Validity validity = vector.Validity;
            if (validity.AllValid)
                return rows.Length;

            int count = 0;
            foreach (int row in rows)
            {
                rows[count] = row;
                count += validity[row] ? 1 : 0;
            }

            return count;
        }
    }
}
