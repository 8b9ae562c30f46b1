using System.Reflection;
using QueryEngine.Functions;
using QueryEngine.Functions.Catalog;
using Xunit;

namespace QueryEngine.Execution.Tests.Functions;

/// <summary>Runs the example of every function, with its operands constant, flat and as dictionaries.</summary>
public sealed class ExampleTests
{
    public static TheoryData<string, string> Examples()
    {
        var data = new TheoryData<string, string>();
        foreach (Type type in typeof(FunctionCatalog).Assembly.GetTypes())
            if (type.GetCustomAttribute<ScalarFunctionAttribute>() is not null)
                foreach (ExampleAttribute example in type.GetCustomAttributes<ExampleAttribute>())
                    data.Add(example.Call, example.Result);
        return data;
    }

    [Theory]
    [MemberData(nameof(Examples))]
    public void Gives_its_result_on_constants(string call, string expected) =>
        Assert.Equal(expected, new ExampleEvaluator(Encoding.Constant).Evaluate(call));

    [Theory]
    [MemberData(nameof(Examples))]
    public void Gives_its_result_on_flat_vectors(string call, string expected) =>
        Assert.Equal(expected, new ExampleEvaluator(Encoding.Flat).Evaluate(call));

    [Theory]
    [MemberData(nameof(Examples))]
    public void Gives_its_result_on_dictionaries(string call, string expected) =>
        Assert.Equal(expected, new ExampleEvaluator(Encoding.Dictionary).Evaluate(call));

    [Fact]
    public void Most_functions_have_an_example()
    {
        Type[] functions = [.. typeof(FunctionCatalog).Assembly.GetTypes().Where(type => type.GetCustomAttribute<ScalarFunctionAttribute>() is not null)];
        int withExamples = functions.Count(type => type.GetCustomAttributes<ExampleAttribute>().Any());

        Assert.True(functions.Length > 150, $"only {functions.Length} functions were found");
        Assert.True(withExamples > functions.Length * 2 / 3, $"{withExamples} of {functions.Length} have an example");
    }
}
