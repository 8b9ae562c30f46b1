using System.Numerics;
using FsCheck;
using FsCheck.Fluent;
using QueryEngine.Execution.Tests.Columnar;
using QueryEngine.Functions;
using QueryEngine.Functions.Scalar;
using QueryEngine.Spi;
using Xunit;

namespace QueryEngine.Execution.Tests.Functions;

/// <summary>Operators against the obvious way, over random vectors of every encoding.</summary>
public sealed class OperatorTests
{
    private static readonly FunctionContext _context = new(MemoryContext.Unlimited, new ConnectorSession("q", "tester"));

    private static readonly (string Name, Func<int, bool> Test)[] _comparisons =
    [
        ("$eq", order => order == 0), ("$ne", order => order != 0), ("$lt", order => order < 0),
        ("$le", order => order <= 0), ("$gt", order => order > 0), ("$ge", order => order >= 0),
    ];

    private static readonly (string Name, Func<BigInteger, BigInteger, BigInteger?> Exact)[] _operations =
    [
        ("$add", (l, r) => l + r), ("$subtract", (l, r) => l - r), ("$multiply", (l, r) => l * r), ("$divide", (l, r) => r.IsZero ? null : l / r),
    ];

    [Fact]
    public void Comparisons_agree_with_boxed_values() => Check(random =>
    {
        SqlType type = random.Type();
        int length = random.Next(50);
        using ColumnVector left = random.Vector(type, length, withNulls: true), right = random.Vector(type, length, withNulls: random.Next(2) == 0);
        (string name, Func<int, bool> test) = _comparisons[random.Next(_comparisons.Length)];

        using ColumnVector result = FunctionCatalog.BuiltIn.BindScalar(name, [type, type], SqlType.Boolean).Invoke([left, right], length, _context);

        for (int row = 0; row < length; row++)
        {
            object? expected = left.IsNull(row) || right.IsNull(row) ? null : test(QueryEngine.Columnar.RowComparer.Compare(left, row, right, row));
            Assert.Equal(expected, result.GetValue(row));
        }
    });

    [Fact]
    public void Bigint_arithmetic_is_exact_or_an_error() => Check(random =>
    {
        int length = random.Next(40);
        using ColumnVector left = random.Vector(SqlType.BigInt, length, withNulls: true), right = random.Vector(SqlType.BigInt, length, withNulls: true);
        (string name, Func<BigInteger, BigInteger, BigInteger?> exact) = _operations[random.Next(_operations.Length)];
        BigInteger?[] expected = [.. Enumerable.Range(0, length).Select(row =>
            left.GetValue(row) is long l && right.GetValue(row) is long r ? exact(l, r) ?? BigInteger.Pow(10, 30) : (BigInteger?)null)];

        bool mustFail = expected.Any(value => value > long.MaxValue || value < long.MinValue);
        ScalarFunction function = FunctionCatalog.BuiltIn.BindScalar(name, [SqlType.BigInt, SqlType.BigInt], SqlType.BigInt);

        if (mustFail)
        {
            Assert.Throws<QueryException>(() => function.Invoke([left, right], length, _context));
            return;
        }

        using ColumnVector result = function.Invoke([left, right], length, _context);
        Assert.Equal(expected.Select(value => (object?)(long?)value), Enumerable.Range(0, length).Select(result.GetValue));
    });

    [Theory]
    [InlineData(5, 2, 7, 3)]
    [InlineData(18, 2, 18, 4)]
    [InlineData(12, 2, 13, 2)]
    [InlineData(20, 5, 10, 0)]
    [InlineData(38, 10, 38, 2)]
    [InlineData(30, 30, 30, 30)]
    public void Decimal_arithmetic_is_exact_and_rounds_half_away(int leftPrecision, int leftScale, int rightPrecision, int rightScale)
    {
        DecimalType left = SqlType.Decimal(leftPrecision, leftScale), right = SqlType.Decimal(rightPrecision, rightScale);
        var random = new Random(7);
        foreach (string name in (string[])["$add", "$subtract", "$multiply", "$divide", "$modulus"])
        {
            FunctionResolution resolution = FunctionCatalog.BuiltIn.ResolveScalar(name, [ArgumentType.Of(left), ArgumentType.Of(right)]);
            var result = (DecimalType)resolution.ReturnType;
            ScalarFunction function = FunctionCatalog.BuiltIn.BindScalar(name, resolution.ParameterTypes, result);
            for (int round = 0; round < 200; round++)
            {
                BigInteger l = RandomNumber(random, leftPrecision), r = RandomNumber(random, rightPrecision);
                using ColumnVector leftVector = VectorBuilder.FromBoxed(left, [Boxed(l, left), null], MemoryContext.Unlimited);
                using ColumnVector rightVector = VectorBuilder.FromBoxed(right, [Boxed(r, right), Boxed(r, right)], MemoryContext.Unlimited);
                BigInteger? expected = Exact(name, l, leftScale, r, rightScale, result.Scale);

                if (expected is null || BigInteger.Abs(expected.Value) >= BigInteger.Pow(10, result.Precision))
                {
                    Assert.Throws<QueryException>(() => function.Invoke([leftVector, rightVector], 2, _context));
                    continue;
                }

                using ColumnVector actual = function.Invoke([leftVector, rightVector], 2, _context);
                Assert.Equal(Boxed(expected.Value, result), actual.GetValue(0));
                Assert.Null(actual.GetValue(1));
            }
        }
    }

    [Fact]
    public void A_dictionary_value_that_no_row_uses_raises_nothing()
    {
        using ColumnVector values = VectorBuilder.FromBoxed(SqlType.Integer, [0, 1, 2], MemoryContext.Unlimited);
        using ColumnVector dividend = VectorBuilder.Constant(SqlType.Integer, 10, 4, MemoryContext.Unlimited);
        using ColumnVector divisor = DictionaryVector.Select(values, [1, 2, 1, 2], MemoryContext.Unlimited);

        using ColumnVector result = FunctionCatalog.BuiltIn.BindScalar("$divide", [SqlType.Integer, SqlType.Integer], SqlType.Integer)
            .Invoke([dividend, divisor], 4, _context);

        Assert.Equal([10, 5, 10, 5], Enumerable.Range(0, 4).Select(row => (int)result.GetValue(row)!));
    }

    [Fact]
    public void No_rows_raise_nothing()
    {
        using ColumnVector zero = VectorBuilder.Constant(SqlType.Integer, 0, 0, MemoryContext.Unlimited);

        using ColumnVector result = FunctionCatalog.BuiltIn.BindScalar("$divide", [SqlType.Integer, SqlType.Integer], SqlType.Integer).Invoke([zero, zero], 0, _context);

        Assert.Equal(0, result.Length);
    }

    [Fact]
    public void Text_functions_keep_dictionaries()
    {
        using ColumnVector values = VectorBuilder.FromBoxed(SqlType.Varchar, ["a", "b"], MemoryContext.Unlimited);
        using ColumnVector argument = DictionaryVector.Select(values, [1, 0, 1], MemoryContext.Unlimited);

        using ColumnVector result = FunctionCatalog.BuiltIn.BindScalar("upper", [SqlType.Varchar], SqlType.Varchar).Invoke([argument], 3, _context);

        Assert.IsType<DictionaryVector>(result);
        Assert.Equal(["B", "A", "B"], Enumerable.Range(0, 3).Select(result.GetValue));
    }

    private static BigInteger? Exact(string name, BigInteger left, int leftScale, BigInteger right, int rightScale, int scale)
    {
        int common = Math.Max(leftScale, rightScale);
        BigInteger l = left * BigInteger.Pow(10, common - leftScale), r = right * BigInteger.Pow(10, common - rightScale);
        return name switch
        {
            "$add" => l + r,
            "$subtract" => l - r,
            "$multiply" => Rounded(left * right, BigInteger.Pow(10, leftScale + rightScale - scale)),
            "$divide" => r.IsZero ? null : Rounded(l * BigInteger.Pow(10, scale), r),
            _ => r.IsZero ? null : l % r,
        };
    }

    private static BigInteger Rounded(BigInteger dividend, BigInteger divisor)
    {
        BigInteger quotient = BigInteger.DivRem(dividend, divisor, out BigInteger rest);
        return BigInteger.Abs(rest) * 2 >= BigInteger.Abs(divisor) ? quotient + (dividend.Sign * divisor.Sign) : quotient;
    }

    private static BigInteger RandomNumber(Random random, int precision)
    {
        int digits = random.Next(1, precision + 1);
        BigInteger number = 0;
        for (int digit = 0; digit < digits; digit++)
            number = (number * 10) + random.Next(10);
        return random.Next(2) == 0 ? number : -number;
    }

    private static object Boxed(BigInteger value, DecimalType type) => type.IsShort ? (object)(long)value : (Int128)value;

    private static void Check(Action<RandomVectors> property) =>
        Prop.ForAll(ArbMap.Default.ArbFor<int>(), seed => property(new RandomVectors(seed)))
            .Check(Config.QuickThrowOnFailure.WithMaxTest(300).WithEndSize(int.MaxValue));
}
