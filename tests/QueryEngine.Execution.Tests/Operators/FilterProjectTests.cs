using QueryEngine.Plan;
using QueryEngine.Spi;
using Xunit;
using static QueryEngine.Execution.Tests.Operators.RandomRows;

namespace QueryEngine.Execution.Tests.Operators;

public sealed class FilterProjectTests
{
    private static readonly Column _sum = new(new ColumnId(20), "sum", SqlType.BigInt);
    private static readonly Column _quotient = new(new ColumnId(21), "quotient", SqlType.BigInt);

    [Fact]
    public async Task Filters_by_several_conditions_and_keeps_nulls_out()
    {
        TestTable table = Left(500);
        Expression predicate = Expressions.And(
            Expressions.Compare(OperatorNames.GreaterOrEqual, A.Ref(), new ConstantExpression(10L, SqlType.BigInt)),
            Expressions.Compare(OperatorNames.Less, A.Ref(), new ConstantExpression(30L, SqlType.BigInt)),
            new SpecialExpression(SpecialForm.In, [B.Ref(), Text("text 1"), Text("text 3"), Text("text 7")], SqlType.Boolean));

        await OperatorHarness.AssertRowsAsync(
            new FilterNode(table.Node, predicate),
            [table],
            table.Rows.Where(row => row[0] is >= 10L and < 30L && row[1] is "text 1" or "text 3" or "text 7" && row[0] is >= 10L and < 30L));
    }

    [Fact]
    public async Task Computes_columns_and_shares_repeated_expressions()
    {
        TestTable table = Left(300);
        Expression twice = Add(A.Ref(), A.Ref());

        await OperatorHarness.AssertRowsAsync(
            new ProjectNode(table.Node, [new Assignment(_sum, Add(twice, twice)), new Assignment(B, B.Ref())]),
            [table],
            table.Rows.Select(row => new object?[] { row[0] is long a ? 4 * a : null, row[1] }));
    }

    [Fact]
    public async Task Case_never_evaluates_a_branch_for_rows_that_do_not_take_it()
    {
        TestTable table = Left(300);
        Expression isZero = Expressions.Equal(A.Ref(), new ConstantExpression(0L, SqlType.BigInt));
        Expression divided = new CallExpression(OperatorNames.Divide, [new ConstantExpression(100L, SqlType.BigInt), A.Ref()], SqlType.BigInt);
        Expression guarded = new SpecialExpression(
            SpecialForm.Case, [isZero, ConstantExpression.Null(SqlType.BigInt), divided], SqlType.BigInt);

        await OperatorHarness.AssertRowsAsync(
            new ProjectNode(table.Node, [new Assignment(_quotient, guarded)]),
            [table],
            table.Rows.Select(row => new object?[] { row[0] is long a && a != 0 ? 100 / a : null }));
    }

    [Fact]
    public async Task And_guards_what_stands_behind_it()
    {
        TestTable table = Left(300);
        Expression notZero = Expressions.Compare(OperatorNames.NotEqual, A.Ref(), new ConstantExpression(0L, SqlType.BigInt));
        Expression divided = new CallExpression(OperatorNames.Divide, [new ConstantExpression(100L, SqlType.BigInt), A.Ref()], SqlType.BigInt);
        Expression isSmall = Expressions.Compare(OperatorNames.Less, divided, new ConstantExpression(10L, SqlType.BigInt));

        await OperatorHarness.AssertRowsAsync(
            new FilterNode(table.Node, Expressions.And(notZero, isSmall)),
            [table],
            table.Rows.Where(row => row[0] is long a && a != 0 && 100 / a < 10));
    }

    [Fact]
    public async Task An_error_in_one_driver_ends_the_task_with_that_error()
    {
        TestTable table = Left(5000);
        Expression divided = new CallExpression(OperatorNames.Divide, [new ConstantExpression(100L, SqlType.BigInt), A.Ref()], SqlType.BigInt);
        var plan = new ProjectNode(table.Node, [new Assignment(_quotient, divided)]);

        foreach (Shape shape in Shape.All)
        {
            QueryException error = await Assert.ThrowsAsync<QueryException>(() => OperatorHarness.RunAsync(plan, shape, [table]));
            Assert.Equal(ErrorCode.DivisionByZero, error.Code);
        }
    }

    [Fact]
    public async Task A_cancelled_task_ends_and_gives_its_memory_back()
    {
        TestTable table = Left(5000);
        using var cancelled = new CancellationTokenSource();
        await cancelled.CancelAsync();

        foreach (Shape shape in Shape.All)
        {
            await Assert.ThrowsAnyAsync<OperationCanceledException>(
                () => OperatorHarness.RunAsync(table.Node, shape, [table], cancellationToken: cancelled.Token));
        }
    }

    [Fact]
    public async Task A_limit_stops_its_source_early()
    {
        TestTable table = Left(5000);

        foreach (Shape shape in Shape.All)
        {
            IReadOnlyList<object?[]> rows = await OperatorHarness.RunAsync(new LimitNode(table.Node, 10, 5), shape, [table]);
            Assert.Equal(10, rows.Count);
        }
    }

    [Fact]
    public async Task A_union_gives_the_rows_of_all_inputs()
    {
        TestTable left = Left(200);
        TestTable right = Right(300);
        Column output = new(new ColumnId(30), "o", SqlType.BigInt);

        await OperatorHarness.AssertRowsAsync(
            new UnionNode([left.Node, right.Node], [output], [[A], [E]]),
            [left, right],
            left.Rows.Concat(right.Rows).Select(row => new[] { row[0] }));
    }

    [Fact]
    public async Task A_second_row_of_a_scalar_subquery_is_an_error_and_none_is_null()
    {
        TestTable two = Right(2);
        TestTable none = Right(0);
        var shape = new Shape(1, 0, 2);

        QueryException error = await Assert.ThrowsAsync<QueryException>(() => OperatorHarness.RunAsync(new EnforceSingleRowNode(two.Node), shape, [two]));
        IReadOnlyList<object?[]> rows = await OperatorHarness.RunAsync(new EnforceSingleRowNode(none.Node), shape, [none]);

        Assert.Equal(ErrorCode.CardinalityViolation, error.Code);
        Assert.Equal("NULL|NULL|NULL", OperatorHarness.Text(Assert.Single(rows)));
    }

    private static CallExpression Add(Expression left, Expression right) => new(OperatorNames.Add, [left, right], SqlType.BigInt);

    private static ConstantExpression Text(string text) => new(text, SqlType.Varchar);
}
