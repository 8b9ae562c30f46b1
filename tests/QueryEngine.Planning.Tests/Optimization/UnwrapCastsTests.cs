using QueryEngine.Execution;
using QueryEngine.Optimizer;
using QueryEngine.Optimizer.Rules;
using QueryEngine.Plan;
using QueryEngine.Planning.Tests.Analysis;
using QueryEngine.Spi;
using Xunit;

namespace QueryEngine.Planning.Tests.Optimization;

/// <summary>Every value around every constant answers every comparison with and without the cast alike.</summary>
public sealed class UnwrapCastsTests
{
    private static readonly string[] _comparisons =
        [OperatorNames.Equal, OperatorNames.NotEqual, OperatorNames.Less, OperatorNames.LessOrEqual, OperatorNames.Greater, OperatorNames.GreaterOrEqual];

    [Theory]
    [InlineData("smallint", "-32768 -32767 -1 0 1 2 32766 32767", "bigint", "-9223372036854775808 -32769 -32768 -1 0 1 32767 32768 9223372036854775807")]
    [InlineData("integer", "-2147483648 -2147483647 0 1 2147483646 2147483647", "bigint", "-2147483649 -2147483648 0 1 2147483647 2147483648")]
    [InlineData("tinyint", "-128 -127 0 1 126 127", "decimal(5,1)", "-128.6 -128.5 -128.4 -128.0 -0.5 0.0 0.4 0.5 0.6 127.0 127.4 127.5 1000.0")]
    [InlineData("integer", "-2147483648 -1 0 1 2 3 2147483647", "double", "-1e300 -2147483648.5 -2147483648 -0.5 0 0.5 1 1.5 2.5 2147483647 2147483647.4 2147483647.6 1e300 NaN Infinity -Infinity")]
    [InlineData("smallint", "-32768 -1 0 1 32767", "real", "-1e30 -32768.5 -0.5 0.5 1 32767 32767.5 NaN Infinity")]
    [InlineData("real", "-1 0 0.1 0.099999994 0.10000001 0.5 1 3.4e38 -3.4e38 NaN Infinity -Infinity", "double", "0.1 0.09999999403953552 0.10000000149011612 0.5 1 1e39 -1e39 3.4e38 NaN Infinity -Infinity")]
    [InlineData("decimal(5,2)", "-999.99 -1.24 -1.23 0.00 1.22 1.23 1.24 999.98 999.99", "decimal(9,4)", "-1000.0000 -999.9950 -1.2350 -1.2345 -1.2300 0.0000 1.2299 1.2300 1.2350 1.2399 999.9900 999.9949 999.9950 1000.0000")]
    [InlineData("decimal(15,2)", "-1.24 0.00 1.23 9999999999999.99", "decimal(38,4)", "-1.2350 -1.2301 1.2300 1.2345 9999999999999.9999 99999999999999999999.0000")]
    [InlineData("date", "1969-12-30 1969-12-31 1970-01-01 1998-09-01 1998-09-02 1998-09-03 0001-01-01", "timestamp(6)", "1969-12-30_23:59:59.999999 1969-12-31_00:00:00 1969-12-31_00:00:00.000001 1998-09-02_00:00:00 1998-09-02_12:00:00 0001-01-01_00:00:00 9999-12-31_23:59:59.999999")]
    [InlineData("timestamp(0)", "1969-12-31_23:59:59 1970-01-01_00:00:00 1970-01-01_00:00:01", "timestamp(6)", "1969-12-31_23:59:59.500000 1969-12-31_23:59:59.499999 1970-01-01_00:00:00 1970-01-01_00:00:00.000001 1970-01-01_00:00:00.500000")]
    [InlineData("varchar(3)", "_ a ab abc abd b", "varchar", "_ a ab abc abcd abd b ba bbbb")]
    public async Task The_comparison_of_a_column_is_the_comparison_of_its_cast(string from, string values, string to, string constants)
    {
        await using var engine = new TestEngine();
        var columns = new ColumnAllocator();
        var evaluator = new ConstantEvaluator();
        ConnectorSession session = engine.Session.NewQuery().ToConnectorSession();
        var context = new OptimizerContext(session, columns, evaluator, _ => throw new InvalidOperationException());
        SqlType source = SqlTypeParser.Parse(from), target = SqlTypeParser.Parse(to);
        Column column = columns.New("x", source);
        ConstantExpression[] operands = [.. values.Split(' ').Select(text => Parse(text, source)), ConstantExpression.Null(source)];
        ConstantExpression[] bounds = [.. constants.Split(' ').Select(text => Parse(text, target))];
        var cast = new CastExpression(column.Ref(), target);
        List<Expression> conditions =
        [
            .. from bound in bounds from comparison in _comparisons select Expressions.Compare(comparison, cast, bound),
            .. from bound in bounds select new SpecialExpression(SpecialForm.IsDistinctFrom, [cast, bound], SqlType.Boolean),
            .. from bound in bounds select new SpecialExpression(SpecialForm.In, [cast, bound, bounds[0], ConstantExpression.Null(target)], SqlType.Boolean),
            .. from bound in bounds select new SpecialExpression(SpecialForm.In, [cast, bound, bounds[^1]], SqlType.Boolean),
        ];
        int unwrapped = 0;

        foreach (Expression condition in conditions)
        {
            Expression simpler = UnwrapCasts.Unwrap(condition, context);
            unwrapped += simpler.Equals(condition) ? 0 : 1;
            foreach (ConstantExpression operand in operands)
            {
                var row = new Dictionary<Column, Expression> { [column] = operand };
                object? expected = evaluator.Evaluate(condition.Substitute(row), session).Value;
                object? actual = evaluator.Evaluate(simpler.Substitute(row), session).Value;
                Assert.True(Equals(expected, actual), $"{operand}: {condition} is {expected ?? "NULL"}, {simpler} is {actual ?? "NULL"}");
            }
        }

        Assert.True(unwrapped > conditions.Count / 2, $"{unwrapped} of {conditions.Count} were unwrapped");

        ConstantExpression Parse(string text, SqlType type) => evaluator.Evaluate(
            new CastExpression(new ConstantExpression(text.Replace('_', ' '), SqlType.Varchar), type), session);
    }

    [Theory]
    [InlineData("bigint", "double")]
    [InlineData("integer", "real")]
    [InlineData("char(3)", "varchar")]
    [InlineData("double", "real")]
    [InlineData("decimal(9,2)", "decimal(9,1)")]
    [InlineData("timestamp(6)", "timestamp(6) with time zone")]
    [InlineData("timestamp(6)", "date")]
    public void A_cast_that_can_lose_something_stays(string from, string to)
    {
        var columns = new ColumnAllocator();
        var cast = new CastExpression(columns.New("x", SqlTypeParser.Parse(from)).Ref(), SqlTypeParser.Parse(to));
        Expression condition = Expressions.Equal(cast, new ConstantExpression(0, cast.Type));

        Assert.Same(condition, UnwrapCasts.Unwrap(condition, new OptimizerContext(null!, columns, new ConstantEvaluator(), null!)));
    }
}
