using System.Reflection;
using QueryEngine.Functions;
using QueryEngine.Functions.Catalog;
using Xunit;

namespace QueryEngine.Execution.Tests.Functions;

/// <summary>What is read from the metadata is what the types themselves say.</summary>
public sealed class FunctionIndexTests
{
    [Fact]
    public void Finds_every_function_by_every_name()
    {
        Assembly assembly = typeof(FunctionCatalog).Assembly;
        var expected = new List<FunctionIndex.Entry>();
        foreach (Type type in assembly.GetTypes())
        {
            if (type.GetCustomAttribute<ScalarFunctionAttribute>(inherit: false) is { } scalar)
                expected.AddRange(((string[])[scalar.Name, .. scalar.Aliases]).Select(name => new FunctionIndex.Entry(type.FullName!, name, IsAggregate: false)));
            if (type.GetCustomAttribute<AggregateFunctionAttribute>(inherit: false) is { } aggregate)
                expected.AddRange(((string[])[aggregate.Name, .. aggregate.Aliases]).Select(name => new FunctionIndex.Entry(type.FullName!, name, IsAggregate: true)));
        }

        List<FunctionIndex.Entry> entries = FunctionIndex.Read(assembly);

        Assert.True(expected.Count > 500);
        Assert.Equal(Sorted(expected), Sorted(entries));
    }

    private static IEnumerable<string> Sorted(IEnumerable<FunctionIndex.Entry> entries) => entries.Select(entry => entry.ToString()).Order(StringComparer.Ordinal);
}
