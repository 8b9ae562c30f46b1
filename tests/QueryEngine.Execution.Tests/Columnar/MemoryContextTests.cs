using QueryEngine.Spi;
using Xunit;

namespace QueryEngine.Execution.Tests.Columnar;

public sealed class MemoryContextTests
{
    [Fact]
    public void Room_and_budget_are_the_least_of_all_above()
    {
        var node = new MemoryContext("node", 1000);
        MemoryContext query = node.Child("query", 600);
        MemoryContext sort = query.Child("sort");
        node.Child("other").Reserve(500);
        sort.Reserve(100);

        Assert.Equal(600, sort.Budget);
        Assert.Equal(400, sort.Room);
        Assert.Equal(long.MaxValue, MemoryContext.Unlimited.Room);
    }

    [Fact]
    public void Who_is_let_pass_goes_at_most_a_tenth_above_the_limit()
    {
        var node = new MemoryContext("node", 1000);
        MemoryContext large = node.Child("large");
        MemoryContext small = node.Child("small");
        MemoryContext? asked = null;
        node.WhenFull = asking =>
        {
            asked = asking;
            return asking == small;
        };
        large.Reserve(900);

        Assert.False(large.Child("sort").TryReserve(150));
        Assert.Same(large, asked);
        Assert.True(small.Child("sort").TryReserve(150));
        Assert.False(small.TryReserve(100));
        Assert.Equal(1050, node.Bytes);
    }

    [Fact]
    public void A_stopped_context_gives_its_error_to_all_who_ask_below_it()
    {
        var query = new MemoryContext("query");
        MemoryContext sort = query.Child("sort");
        sort.Reserve(10);

        query.Stop(new QueryException(ErrorCode.OutOfMemory, "the largest"));

        Assert.Equal("the largest", Assert.Throws<QueryException>(() => sort.Reserve(1)).Message);
        sort.Free(10);
        Assert.Equal(0, query.Bytes);
    }
}
