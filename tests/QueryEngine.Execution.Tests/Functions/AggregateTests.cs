using QueryEngine.Functions;
using QueryEngine.Functions.Aggregates;
using QueryEngine.Spi;
using Xunit;

namespace QueryEngine.Execution.Tests.Functions;

/// <summary>Every aggregate, straight and by way of its states, gives the same; and what it gives is right.</summary>
public sealed class AggregateTests
{
    private static readonly FunctionContext _context = new(MemoryContext.Unlimited, new ConnectorSession("q", "tester"));

    public static TheoryData<string, string, object?[], string> Cases() => new()
    {
        { "count", "integer", [1, null, 3], "2" },
        { "sum", "integer", [1, null, 3], "4" },
        { "sum", "integer", [int.MaxValue, int.MaxValue], "4294967294" },
        { "sum", "bigint", [long.MaxValue, long.MaxValue, 5L], "18446744073709551619" },
        { "sum", "bigint", [long.MinValue, long.MinValue], "-18446744073709551616" },
        { "sum", "decimal(12,2)", [150L, 275L, null], "4.25" },
        { "sum", "decimal(38,2)", [(Int128)150, (Int128)(-275)], "-1.25" },
        { "sum", "double", [1.5, 2.0], "3.5" },
        { "sum", "real", [1.5f, 2.0f], "3.5" },
        { "sum", "integer", [null, null], "NULL" },
        { "avg", "integer", [1, 2], "1.5" },
        { "avg", "decimal(12,2)", [100L, 200L, 200L], "1.6666666666666667" },
        { "avg", "double", [1.0, null, 2.0], "1.5" },
        { "avg", "bigint", [null], "NULL" },
        { "min", "integer", [3, 1, null], "1" },
        { "max", "double", [1.0, double.NaN, 2.0], "NaN" },
        { "min", "double", [1.0, double.NaN, 2.0], "1" },
        { "min", "varchar", ["b", "a", null], "a" },
        { "max", "varchar", ["b", "abc"], "b" },
        { "max", "date", [1, 5], "1970-01-06" },
        { "max", "boolean", [false, true], "true" },
        { "bool_and", "boolean", [true, null, false], "false" },
        { "bool_or", "boolean", [null, null], "NULL" },
        { "any_value", "varchar", [null, "x"], "x" },
        { "stddev_pop", "double", [2.0, 4.0, 4.0, 4.0, 5.0, 5.0, 7.0, 9.0], "2" },
        { "var_samp", "double", [1.0, 2.0, 3.0, 4.0], "1.666666666667" },
        { "var_samp", "double", [1.0], "NULL" },
        { "array_agg", "integer", [1, null, 2], "[1, NULL, 2]" },
        { "listagg", "varchar", ["a", null, "b"], "ab" },
        { "count_if", "boolean", [true, null, false, true], "2" },
        { "bit_and", "bigint", [12L, 10L], "8" },
        { "bit_or", "bigint", [12L, 10L], "14" },
        { "bit_xor", "bigint", [12L, 10L, null], "6" },
        { "bit_or", "bigint", [null], "NULL" },
        { "mode", "varchar", ["b", "a", "b"], "b" },
        { "median", "double", [3.0, 1.0, 2.0, 10.0], "2.5" },
        { "histogram", "varchar", ["b", "a", "b"], "{a: 1, b: 2}" },
        { "approx_distinct", "integer", [1, 2, 2, null, 3], "3" },
        { "geometric_mean", "double", [1.0, 4.0], "2" },
        { "skewness", "double", [1.0, 2.0, 3.0], "0" },
        { "kurtosis", "double", [1.0, 2.0, 3.0, 4.0], "-1.2" },
    };

    [Theory]
    [MemberData(nameof(Cases))]
    public void Gives_the_result_from_rows(string name, string type, object?[] values, string expected)
    {
        AggregateFunction function = Bind(name, type);
        using ColumnVector argument = VectorBuilder.FromBoxed(function.ParameterTypes[0], values, MemoryContext.Unlimited);

        using Accumulator one = function.CreateAccumulator(_context);
        one.EnsureGroups(1);
        one.AddToOne([argument], argument.Length, 0);
        using Accumulator grouped = function.CreateAccumulator(_context);
        grouped.EnsureGroups(3);
        grouped.Add([argument], [.. values.Select(_ => 2)]);

        Assert.Equal(expected, TextOf(one.BuildResults(0, 1), 0));
        Assert.Equal(expected, TextOf(grouped.BuildResults(1, 2), 1));
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Gives_the_result_from_states(string name, string type, object?[] values, string expected)
    {
        AggregateFunction function = Bind(name, type);
        using Accumulator final = function.CreateAccumulator(_context);
        final.EnsureGroups(2);

        // Each value by itself, and an empty state, of group 1.
        foreach (object?[] part in (object?[][])[.. values.Select(value => (object?[])[value]), []])
        {
            using ColumnVector argument = VectorBuilder.FromBoxed(function.ParameterTypes[0], part, MemoryContext.Unlimited);
            using Accumulator partial = function.CreateAccumulator(_context);
            partial.EnsureGroups(1);
            partial.Add([argument], new int[part.Length]);
            ColumnVector[] states = partial.BuildStates(0, 1);
            Assert.Equal(function.IntermediateTypes, states.Select(state => state.Type).ToValueList());
            final.Merge(states, [1]);
        }

        Assert.Equal(expected, TextOf(final.BuildResults(0, 2), 1));
    }

    [Theory]
    [InlineData("bigint", 3)]
    [InlineData("bigint", 16)]
    [InlineData("bigint", 40)]
    [InlineData("smallint", 4)]
    [InlineData("decimal(38,2)", 5)]
    public void Adds_up_many_rows_of_few_groups(string type, int groups)
    {
        AggregateFunction function = Bind("sum", type);
        var random = new Random(groups);
        int[] groupOfRow = [.. Enumerable.Range(0, 1003).Select(_ => random.Next(groups))];
        long[] numbers = [.. groupOfRow.Select(_ => (long)random.Next(-30_000, 30_000))];

        Assert.Equal(SumsOf(numbers), AddUp(numbers));
        if (type == "smallint")
            return;

        // Too large for sums of 64 bits, in one row only.
        numbers[500] = long.MaxValue;
        numbers[700] = long.MinValue;
        Assert.Equal(SumsOf(numbers), AddUp(numbers));

        string[] SumsOf(long[] values) =>
            [.. Enumerable.Range(0, groups).Select(group => SumOf(values.Where((_, row) => groupOfRow[row] == group)))];

        string SumOf(IEnumerable<long> values) => SqlValueText.FormatDecimal(
            values.Aggregate((Int128)0, (sum, value) => sum + value), function.ReturnType is DecimalType result ? result.Scale : 0);

        string[] AddUp(long[] values)
        {
            object?[] boxed = [.. values.Select(value => type switch { "smallint" => (object?)(short)value, "bigint" => value, _ => (Int128)value })];
            using ColumnVector argument = VectorBuilder.FromBoxed(function.ParameterTypes[0], boxed, MemoryContext.Unlimited);
            using Accumulator accumulator = function.CreateAccumulator(_context);
            accumulator.EnsureGroups(groups);
            accumulator.Add([argument], groupOfRow);
            using ColumnVector results = accumulator.BuildResults(0, groups);
            return [.. Enumerable.Range(0, groups).Select(group => SqlValueText.Format(function.ReturnType, results.GetValue(group)!))];
        }
    }

    [Fact]
    public void Counts_many_rows_of_few_groups()
    {
        AggregateFunction function = FunctionCatalog.BuiltIn.BindAggregate("count", []);
        using Accumulator accumulator = function.CreateAccumulator(_context);
        accumulator.EnsureGroups(3);

        accumulator.Add([], [.. Enumerable.Range(0, 1003).Select(row => row % 5 == 0 ? 0 : 2)]);

        Assert.Equal([201L, 0L, 802L], Values(accumulator.BuildResults(0, 3)));
    }

    [Fact]
    public void Counts_rows_without_an_argument()
    {
        AggregateFunction function = FunctionCatalog.BuiltIn.BindAggregate("count", []);
        using Accumulator accumulator = function.CreateAccumulator(_context);
        accumulator.EnsureGroups(2);

        accumulator.Add([], [0, 1, 1]);
        accumulator.AddToOne([], 5, 0);

        Assert.Equal([6L, 2L], Values(accumulator.BuildResults(0, 2)));
    }

    [Fact]
    public void Picks_the_value_of_the_greatest_key()
    {
        AggregateFunction function = FunctionCatalog.BuiltIn.BindAggregate("max_by", [SqlType.Varchar, SqlType.Integer]);
        using ColumnVector value = VectorBuilder.FromBoxed(SqlType.Varchar, ["a", "b", null], MemoryContext.Unlimited);
        using ColumnVector key = VectorBuilder.FromBoxed(SqlType.Integer, [5, 7, null], MemoryContext.Unlimited);
        using Accumulator accumulator = function.CreateAccumulator(_context);
        accumulator.EnsureGroups(1);

        accumulator.AddToOne([value, key], 3, 0);

        Assert.Equal(["b"], Values(accumulator.BuildResults(0, 1)));
    }

    [Fact]
    public void Finds_a_line_of_least_squares()
    {
        AggregateFunction slope = FunctionCatalog.BuiltIn.BindAggregate("regr_slope", [SqlType.Double, SqlType.Double]);
        AggregateFunction correlation = FunctionCatalog.BuiltIn.BindAggregate("corr", [SqlType.Double, SqlType.Double]);
        using ColumnVector y = VectorBuilder.FromBoxed(SqlType.Double, [1.0, 3.0, 5.0, null], MemoryContext.Unlimited);
        using ColumnVector x = VectorBuilder.FromBoxed(SqlType.Double, [0.0, 1.0, 2.0, 9.0], MemoryContext.Unlimited);
        using Accumulator slopes = slope.CreateAccumulator(_context);
        using Accumulator correlations = correlation.CreateAccumulator(_context);
        slopes.EnsureGroups(1);
        correlations.EnsureGroups(1);

        slopes.AddToOne([y, x], 4, 0);
        correlations.AddToOne([y, x], 4, 0);

        Assert.Equal([2.0], Values(slopes.BuildResults(0, 1)));
        Assert.Equal([1.0], Values(correlations.BuildResults(0, 1)));
    }

    [Fact]
    public void Estimates_many_distinct_values_within_four_percent()
    {
        AggregateFunction function = FunctionCatalog.BuiltIn.BindAggregate("approx_distinct", [SqlType.BigInt]);
        using ColumnVector argument = VectorBuilder.FromBoxed(SqlType.BigInt, Enumerable.Range(0, 50_000).Select(value => (object?)(long)(value % 20_000)), MemoryContext.Unlimited);
        using Accumulator accumulator = function.CreateAccumulator(_context);
        accumulator.EnsureGroups(1);

        accumulator.AddToOne([argument], argument.Length, 0);

        Assert.InRange((long)Values(accumulator.BuildResults(0, 1))[0]!, 19_200, 20_800);
    }

    [Fact]
    public void Takes_constants_and_dictionaries()
    {
        AggregateFunction function = FunctionCatalog.BuiltIn.BindAggregate("sum", [SqlType.Integer]);
        using ColumnVector flat = VectorBuilder.FromBoxed(SqlType.Integer, [10, null, 20], MemoryContext.Unlimited);
        using ColumnVector dictionary = DictionaryVector.Select(flat, [2, 1, 0, 2], MemoryContext.Unlimited);
        using ColumnVector constant = VectorBuilder.Constant(SqlType.Integer, 7, 4, MemoryContext.Unlimited);
        using Accumulator accumulator = function.CreateAccumulator(_context);
        accumulator.EnsureGroups(2);

        accumulator.Add([dictionary], [0, 0, 1, 1]);
        accumulator.Add([constant], [0, 0, 0, 1]);

        Assert.Equal([41L, 37L], Values(accumulator.BuildResults(0, 2)));
    }

    [Fact]
    public void Percentiles_take_the_ordered_value_first()
    {
        AggregateFunction function = FunctionCatalog.BuiltIn.BindAggregate("percentile_disc", [SqlType.Integer, SqlType.Double]);
        using ColumnVector value = VectorBuilder.FromBoxed(SqlType.Integer, [40, 10, 30, 20], MemoryContext.Unlimited);
        using ColumnVector fraction = VectorBuilder.Constant(SqlType.Double, 0.5, 4, MemoryContext.Unlimited);
        using Accumulator accumulator = function.CreateAccumulator(_context);
        accumulator.EnsureGroups(1);

        accumulator.AddToOne([value, fraction], 4, 0);

        Assert.Equal([20], Values(accumulator.BuildResults(0, 1)));
    }

    private static AggregateFunction Bind(string name, string type)
    {
        FunctionResolution resolution = FunctionCatalog.BuiltIn.ResolveAggregate(name, [ArgumentType.Of(SqlTypeParser.Parse(type))]);
        return FunctionCatalog.BuiltIn.BindAggregate(resolution.Name, resolution.ParameterTypes);
    }

    private static object?[] Values(ColumnVector vector) => [.. Enumerable.Range(0, vector.Length).Select(vector.GetValue)];

    private static string TextOf(ColumnVector vector, int row) => vector.GetValue(row) switch
    {
        null => "NULL",
        double number => SqlValueText.Format(vector.Type, Math.Round(number, 12)),
        var value => SqlValueText.Format(vector.Type, value),
    };
}
