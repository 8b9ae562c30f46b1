using QueryEngine.Functions;
using QueryEngine.Functions.Scalar;
using QueryEngine.Spi;
using Xunit;

namespace QueryEngine.Execution.Tests.Functions;

public sealed class CastTests
{
    private static readonly ExampleEvaluator _evaluator = new(Encoding.Flat);

    [Theory]
    [InlineData("CAST('12' AS integer)", "12")]
    [InlineData("CAST(' 12 ' AS bigint)", "12")]
    [InlineData("CAST('99999999999' AS integer)", "error 22003")]
    [InlineData("CAST('1.5' AS integer)", "error 22P02")]
    [InlineData("CAST('' AS integer)", "error 22P02")]
    [InlineData("CAST(300 AS tinyint)", "error 22003")]
    [InlineData("CAST(2.5 AS integer)", "3")]
    [InlineData("CAST(-2.5 AS integer)", "-3")]
    [InlineData("CAST(2.5e0 AS integer)", "2")]
    [InlineData("CAST(3.5e0 AS bigint)", "4")]
    [InlineData("CAST(1e30 AS bigint)", "error 22003")]
    [InlineData("CAST('NaN' AS double)", "NaN")]
    [InlineData("CAST('-Infinity' AS double)", "-Infinity")]
    [InlineData("CAST('1e400' AS double)", "error 22003")]
    [InlineData("CAST('1e-3' AS double)", "0.001")]
    [InlineData("CAST(1e20 AS varchar)", "1e+20")]
    [InlineData("CAST(1.0e0 AS varchar)", "1")]
    [InlineData("CAST(1.005e0 AS decimal(10,2))", "1.01")]
    [InlineData("CAST('1.005' AS decimal(10,2))", "1.01")]
    [InlineData("CAST('-0.005' AS decimal(10,2))", "-0.01")]
    [InlineData("CAST('1e3' AS decimal(10,2))", "1000.00")]
    [InlineData("CAST('12345' AS decimal(4,0))", "error 22003")]
    [InlineData("CAST('1.2.3' AS decimal(4,0))", "error 22P02")]
    [InlineData("CAST('99999999999999999999999999999999999999' AS decimal(38,0))", "99999999999999999999999999999999999999")]
    [InlineData("CAST(12345.678 AS decimal(7,1))", "12345.7")]
    [InlineData("CAST(12345.678 AS decimal(5,1))", "error 22003")]
    [InlineData("CAST(1.25 AS double)", "1.25")]
    [InlineData("CAST(7 AS decimal(20,3))", "7.000")]
    [InlineData("CAST('yes' AS boolean)", "true")]
    [InlineData("CAST('f' AS boolean)", "false")]
    [InlineData("CAST('maybe' AS boolean)", "error 22P02")]
    [InlineData("CAST(true AS integer)", "1")]
    [InlineData("CAST('abcdef' AS varchar(3))", "abc")]
    [InlineData("CAST('äöü' AS varchar(2))", "äö")]
    [InlineData("CAST(12 AS varchar(1))", "1")]
    [InlineData("CAST('ab  ' AS char(5)) = CAST('ab' AS char(3))", "true")]
    [InlineData("length(CAST('ab' AS char(5)))", "2")]
    [InlineData("CAST('2020-02-30' AS date)", "error 22008")]
    [InlineData("CAST('2020-2-3' AS date)", "2020-02-03")]
    [InlineData("CAST('2020-01-02 10:00:00' AS date)", "2020-01-02")]
    [InlineData("CAST('20200102' AS date)", "2020-01-02")]
    [InlineData("CAST('2020-01-02T10:11:12.5Z' AS timestamp)", "2020-01-02 10:11:12.5")]
    [InlineData("CAST('2020-01-02 10:11:12.123456789' AS timestamp(9))", "2020-01-02 10:11:12.123456789")]
    [InlineData("CAST('2020-01-02 10:11:12.1235' AS timestamp(3))", "2020-01-02 10:11:12.124")]
    [InlineData("CAST('2020-07-01 12:00:00' AS timestamp with time zone)", "2020-07-01 12:00:00+02")]
    [InlineData("CAST('2020-01-01 12:00:00 America/New_York' AS timestamp with time zone)", "2020-01-01 18:00:00+01")]
    [InlineData("CAST('2020-01-01 12:00:00+05:30' AS timestamp with time zone)", "2020-01-01 07:30:00+01")]
    [InlineData("CAST(CAST('2020-07-01 00:30:00' AS timestamp with time zone) AS date)", "2020-07-01")]
    [InlineData("CAST(DATE '2020-07-01' AS timestamp with time zone)", "2020-07-01 00:00:00+02")]
    [InlineData("CAST(TIMESTAMP '1969-12-31 23:00:00' AS date)", "1969-12-31")]
    [InlineData("CAST(TIMESTAMP '2020-01-02 10:11:12' AS time)", "10:11:12")]
    [InlineData("CAST('25:00' AS time)", "error 22008")]
    [InlineData("CAST('1 year 2 mons' AS interval year to month)", "1 year 2 mons")]
    [InlineData("CAST('3 days 04:05:06.5' AS interval day to second)", "3 days 04:05:06.5")]
    [InlineData("CAST('P1DT2H' AS interval day to second)", "1 day 02:00:00")]
    [InlineData("CAST('2 hours ago' AS interval day to second)", "-02:00:00")]
    [InlineData("CAST('00000000-0000-0000-0000-0000000000ff' AS uuid)", "00000000-0000-0000-0000-0000000000ff")]
    [InlineData("CAST('xyz' AS uuid)", "error 22P02")]
    [InlineData("CAST('{\"a\": }' AS json)", "error 22P02")]
    [InlineData("CAST(CAST('5' AS json) AS integer)", "5")]
    [InlineData("CAST('\\xBEEF' AS varbinary)", "\\xbeef")]
    [InlineData("CAST(ARRAY[1, 2] AS array(varchar))", "[1, 2]")]
    [InlineData("CAST(ARRAY['1', 'x'] AS array(integer))", "error 22P02")]
    [InlineData("TRY_CAST(ARRAY['1', 'x'] AS array(integer))", "NULL")]
    [InlineData("TRY_CAST('x' AS integer)", "NULL")]
    [InlineData("TRY_CAST('2020-13-01' AS date)", "NULL")]
    [InlineData("TRY_CAST(300 AS tinyint)", "NULL")]
    [InlineData("CAST(NULL AS integer)", "NULL")]
    public void Casts_as_postgres_does(string expression, string expected) => Assert.Equal(expected, _evaluator.Evaluate(expression));

    [Fact]
    public void A_failing_cast_names_the_value()
    {
        using ColumnVector argument = VectorBuilder.FromBoxed(SqlType.Varchar, ["1", null, "two"], MemoryContext.Unlimited);
        ScalarFunction cast = FunctionCatalog.BuiltIn.BindCast(SqlType.Varchar, SqlType.Integer);

        QueryException error = Assert.Throws<QueryException>(() => cast.Invoke([argument], 3, _evaluator.Context));

        Assert.Equal("'two' is not a valid integer", error.Message);
    }

    [Fact]
    public void Try_cast_gives_null_for_the_failing_row_only()
    {
        using ColumnVector argument = VectorBuilder.FromBoxed(SqlType.Varchar, ["1", null, "two", "3"], MemoryContext.Unlimited);
        ScalarFunction cast = FunctionCatalog.BuiltIn.BindCast(SqlType.Varchar, SqlType.Integer, isTry: true);

        using ColumnVector result = cast.Invoke([argument], 4, _evaluator.Context);

        Assert.Equal([1, null, null, 3], Enumerable.Range(0, 4).Select(result.GetValue));
    }

    [Theory]
    [InlineData("integer", "decimal(10,2)", "decimal(12,2)")]
    [InlineData("bigint", "double", "double")]
    [InlineData("decimal(10,2)", "double", "double")]
    [InlineData("date", "timestamp(3)", "timestamp(3)")]
    [InlineData("timestamp(9)", "timestamp(3) with time zone", "timestamp(9) with time zone")]
    [InlineData("varchar(3)", "varchar(5)", "varchar(5)")]
    [InlineData("char(3)", "varchar", "varchar")]
    [InlineData("unknown", "uuid", "uuid")]
    [InlineData("array(integer)", "array(bigint)", "array(bigint)")]
    [InlineData("integer", "varchar", null)]
    [InlineData("boolean", "integer", null)]
    [InlineData("date", "integer", null)]
    public void Common_types_follow_the_table(string left, string right, string? expected)
    {
        (SqlType l, SqlType r) = (SqlTypeParser.Parse(left), SqlTypeParser.Parse(right));

        Assert.Equal(expected, Coercion.CommonType(l, r)?.ToString());
        Assert.Equal(expected, Coercion.CommonType(r, l)?.ToString());
    }

    [Fact]
    public void An_unknown_function_is_named_with_a_suggestion()
    {
        QueryException error = Assert.Throws<QueryException>(() => FunctionCatalog.BuiltIn.ResolveScalar("lenght", [ArgumentType.Of(SqlType.Varchar)]));

        Assert.Equal("42883", error.Code.SqlState);
        Assert.Equal("function lenght(varchar) does not exist", error.Message);
        Assert.Equal("Did you mean 'length'?", error.Hint);
    }

    [Theory]
    [InlineData("5", "integer")]
    [InlineData("5000000000", "bigint")]
    [InlineData("50000000000000000000", "decimal(20,0)")]
    [InlineData("0.05", "decimal(2,2)")]
    [InlineData("1.50", "decimal(3,2)")]
    [InlineData("1e3", "double")]
    public void Numbers_have_the_narrowest_type(string text, string type) => Assert.Equal(type, SqlValueParser.ParseNumber(text).Type.ToString());

    [Fact]
    public void Literals_are_not_cut()
    {
        Assert.Equal("abcdef", SqlValueParser.Parse(SqlType.Char(3), "abcdef  ", _evaluator.Context.Session));
        Assert.Equal(5, SqlValueParser.Parse(SqlType.Integer, "5", _evaluator.Context.Session));
    }
}
