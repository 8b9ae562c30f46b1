using QueryEngine.Spi;
using Xunit;

namespace QueryEngine.Connectors.Tests.AdoNet;

/// <summary>Domains as pushdown uses them: intersected and united again and again, they stay small and keep their meaning.</summary>
public sealed class DomainTests
{
    [Fact]
    public void Ranges_that_touch_are_one()
    {
        Domain below = new([new ValueRange(null, false, 5L, false)], false);
        Domain above = new([new ValueRange(5L, true, null, false)], false);

        Assert.Equal(Domain.NotNull, below.Union(above));
        Assert.Equal(Domain.All, below.Union(above).Union(Domain.OnlyNull));
        Domain but5 = below.Union(new Domain([new ValueRange(5L, false, null, false)], false));
        Assert.Equal(2, but5.Ranges.Count);
        Assert.Equal(but5, but5.Intersect(but5));
    }

    [Fact]
    public void Random_domains_mean_what_their_parts_mean()
    {
        var random = new Random(3);
        for (int round = 0; round < 2000; round++)
        {
            (Domain left, Domain right) = (Random(random), Random(random));
            (Domain both, Domain either) = (left.Intersect(right), left.Union(right));
            for (long value = -2; value <= 12; value++)
            {
                Assert.Equal(left.Contains(value) && right.Contains(value), both.Contains(value));
                Assert.Equal(left.Contains(value) || right.Contains(value), either.Contains(value));
            }

            Assert.Equal(both, both.Intersect(both));
            Assert.True(both.Intersect(both).Ranges.Count <= both.Ranges.Count);
            Assert.True(either.Union(either).Ranges.Count <= either.Ranges.Count);
        }
    }

    private static Domain Random(Random random)
    {
        Domain domain = random.Next(2) == 0 ? Domain.None : Domain.OnlyNull;
        for (int range = random.Next(5); range > 0; range--)
        {
            long low = random.Next(10);
            long high = low + random.Next(3);
            object? from = random.Next(6) == 0 ? null : low;
            object? to = random.Next(6) == 0 ? null : high;
            bool isPoint = low == high;
            domain = domain.Union(new Domain([new ValueRange(from, isPoint || random.Next(2) == 0, to, isPoint || random.Next(2) == 0)], false));
        }

        return domain;
    }
}
