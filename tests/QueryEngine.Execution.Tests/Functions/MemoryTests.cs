using QueryEngine.Columnar;
using QueryEngine.Execution.Tests.Columnar;
using QueryEngine.Functions;
using QueryEngine.Functions.Aggregates;
using QueryEngine.Functions.Scalar;
using QueryEngine.Spi;
using Xunit;

namespace QueryEngine.Execution.Tests.Functions;

/// <summary>What functions allocate is counted and given back, also when they raise.</summary>
public sealed class MemoryTests
{
    [Theory]
    [InlineData("$add", "bigint", "bigint")]
    [InlineData("$multiply", "bigint", "bigint")]
    [InlineData("$divide", "integer", "integer")]
    [InlineData("$divide", "decimal(12,2)", "decimal(38,4)")]
    [InlineData("$eq", "varchar", "varchar")]
    [InlineData("$lt", "array(integer)", "array(integer)")]
    [InlineData("$like", "varchar", "varchar")]
    [InlineData("$concat", "varchar", "varchar")]
    [InlineData("concat", "varchar", "integer")]
    [InlineData("repeat", "varchar", "bigint")]
    [InlineData("greatest", "varchar", "varchar")]
    [InlineData("element_at", "array(varchar)", "bigint")]
    [InlineData("array_append", "array(integer)", "integer")]
    [InlineData("regexp_like", "varchar", "varchar")]
    public void Scalar_functions_give_all_memory_back(string name, string first, string second)
    {
        var memory = new MemoryContext("test");
        var context = new FunctionContext(memory, new ConnectorSession("q", "tester"));
        (SqlType left, SqlType right) = (SqlTypeParser.Parse(first), SqlTypeParser.Parse(second));
        FunctionResolution resolution = FunctionCatalog.BuiltIn.ResolveScalar(name, [ArgumentType.Of(left), ArgumentType.Of(right)]);
        ScalarFunction function = FunctionCatalog.BuiltIn.BindScalar(resolution.Name, resolution.ParameterTypes, resolution.ReturnType);
        for (int seed = 0; seed < 60; seed++)
        {
            var random = new RandomVectors(seed);
            using ColumnVector l = random.Vector(left, 30, withNulls: true), r = random.Vector(right, 30, withNulls: true);
            try
            {
                using ColumnVector result = function.Invoke([l, r], 30, context);
            }
            catch (QueryException)
            {
                // An overflow or a division by zero is as good a way out.
            }

            Assert.Equal(0, memory.Bytes);
        }

        Assert.True(memory.PeakBytes > 0);
    }

    [Theory]
    [InlineData("varchar", "integer")]
    [InlineData("varchar", "decimal(12,2)")]
    [InlineData("integer", "varchar")]
    [InlineData("bigint", "tinyint")]
    [InlineData("array(varchar)", "array(integer)")]
    [InlineData("array(integer)", "array(varchar)")]
    [InlineData("double", "decimal(10,2)")]
    public void Casts_give_all_memory_back(string from, string to)
    {
        var memory = new MemoryContext("test");
        var context = new FunctionContext(memory, new ConnectorSession("q", "tester"));
        (SqlType source, SqlType target) = (SqlTypeParser.Parse(from), SqlTypeParser.Parse(to));
        for (int seed = 0; seed < 60; seed++)
        {
            using ColumnVector argument = new RandomVectors(seed).Vector(source, 30, withNulls: true);
            ScalarFunction cast = FunctionCatalog.BuiltIn.BindCast(source, target, isTry: seed % 2 == 0);
            try
            {
                using ColumnVector result = cast.Invoke([argument], 30, context);
            }
            catch (QueryException)
            {
                Assert.False(seed % 2 == 0, "TRY_CAST raises nothing");
            }

            Assert.Equal(0, memory.Bytes);
        }
    }

    [Theory]
    [InlineData("sum", "decimal(12,2)")]
    [InlineData("sum", "decimal(38,4)")]
    [InlineData("avg", "double")]
    [InlineData("min", "varchar")]
    [InlineData("max", "integer")]
    [InlineData("count", "varchar")]
    [InlineData("array_agg", "integer")]
    [InlineData("stddev", "double")]
    [InlineData("approx_distinct", "varchar")]
    [InlineData("mode", "varchar")]
    public void Aggregates_give_all_memory_back(string name, string type)
    {
        var memory = new MemoryContext("test");
        var context = new FunctionContext(memory, new ConnectorSession("q", "tester"));
        SqlType argumentType = SqlTypeParser.Parse(type);
        AggregateFunction function = FunctionCatalog.BuiltIn.BindAggregate(name, [argumentType]);
        for (int seed = 0; seed < 30; seed++)
        {
            var random = new RandomVectors(seed);
            using ColumnVector argument = random.Vector(argumentType, 50, withNulls: true);
            using (Accumulator partial = function.CreateAccumulator(context), final = function.CreateAccumulator(context))
            {
                partial.EnsureGroups(4);
                final.EnsureGroups(4);
                partial.Add([argument], random.Rows(50, 4));
                partial.AddToOne([argument], 50, 1);
                ColumnVector[] states = partial.BuildStates(0, 4);
                final.Merge(states, [0, 1, 2, 3]);
                using ColumnVector merged = final.BuildResults(0, 4);
                using ColumnVector direct = partial.BuildResults(0, 4);
                for (int group = 0; group < 4; group++)
                    Assert.True(name is "avg" or "stddev" || RowComparer.Equal(merged, group, direct, group), $"group {group} of seed {seed}");
                foreach (ColumnVector state in states)
                    state.Dispose();
            }

            Assert.Equal(0, memory.Bytes);
        }
    }
}
