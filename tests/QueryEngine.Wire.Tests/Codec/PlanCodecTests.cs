using QueryEngine.Plan;
using QueryEngine.Plan.Codec;
using QueryEngine.Spi;

namespace QueryEngine.Wire.Tests.Codec;

/// <summary>Plans, handles and splits as bytes and back.</summary>
public sealed class PlanCodecTests
{
    private static readonly PlanCodec _codec = new(_ => [typeof(TestTable), typeof(TestColumn), typeof(TestSplit), typeof(TestWrite)]);

    public static TheoryData<string> RecordNames =>
    [
        .. typeof(PlanNode).Assembly.GetTypes()
            .Where(type => !type.IsAbstract && (type.IsAssignableTo(typeof(PlanNode)) || type.IsAssignableTo(typeof(Expression))))
            .Select(type => type.Name),
    ];

    [Theory]
    [MemberData(nameof(RecordNames))]
    public void Every_node_and_expression_comes_back_equal(string name)
    {
        Type type = typeof(PlanNode).Assembly.GetTypes().Single(candidate => candidate.Name == name);
        for (int seed = 0; seed < 60; seed++)
        {
            object value = new RandomRecords(seed).Make(type, depth: 4)!;
            PlanNode node = value as PlanNode ?? new FilterNode(ValuesNode.OneRow, (Expression)value);
            var fragment = new PlanFragment(seed, FragmentKind.Hash, node, ExchangeKind.Broadcast, [new Column(new ColumnId(7), "k", SqlType.Char(4))]);

            PlanFragment copy = _codec.DecodeFragment(_codec.Encode(fragment));

            Assert.Equal(fragment, copy);
            Assert.Equal(_codec.Encode(fragment), _codec.Encode(copy)); // names and types of columns too: columns compare by id alone
        }
    }

    [Fact]
    public void Handles_and_splits_come_back_equal()
    {
        for (int seed = 0; seed < 100; seed++)
        {
            var table = (TestTable)new RandomRecords(seed).Make(typeof(TestTable), depth: 4)!;
            var split = new TestSplit(Int128.MinValue, UInt128.MaxValue, table)
            {
                SizeInBytes = 1L << 40,
                PreferredNodes = ["a", "b"],
                Consistency = SnapshotConsistency.Snapshot,
            };

            Assert.Equal(table, _codec.DecodeHandle<TableHandle>("c", _codec.EncodeHandle<TableHandle>("c", table)));
            Assert.Equal(split, _codec.DecodeHandle<Split>("c", _codec.EncodeHandle<Split>("c", split)));
        }
    }

    [Fact]
    public void Records_of_the_spi_need_no_declaration()
    {
        Split split = new WholeTableSplit { SizeInBytes = 3 };

        Assert.Equal(split, _codec.DecodeHandle<Split>("c", _codec.EncodeHandle("c", split)));
    }

    [Fact]
    public void Record_that_was_not_declared_is_refused_by_name()
    {
        QueryException error = Assert.Throws<QueryException>(() => _codec.EncodeHandle<TableHandle>("c", new UndeclaredTable()));

        Assert.Contains("UndeclaredTable", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Damaged_bytes_are_an_error_or_another_plan_and_nothing_worse()
    {
        object node = new RandomRecords(1).Make(typeof(JoinNode), depth: 4)!;
        byte[] good = _codec.Encode(new PlanFragment(1, FragmentKind.Single, (PlanNode)node, ExchangeKind.Gather, []));
        var random = new Random(5);
        int refused = 0;
        for (int attempt = 0; attempt < 2000; attempt++)
        {
            byte[] bad = (byte[])good.Clone();
            bad[random.Next(bad.Length)] = (byte)random.Next(256);
            try
            {
                _codec.DecodeFragment(attempt % 5 == 0 ? bad.AsSpan(0, random.Next(bad.Length)) : bad);
            }
            catch (QueryException)
            {
                refused++;
            }
        }

        Assert.InRange(refused, 400, 2000);
    }
}
