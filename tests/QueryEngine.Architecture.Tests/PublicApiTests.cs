using System.Reflection;
using System.Runtime.CompilerServices;
using QueryEngine.Spi;
using Xunit;

namespace QueryEngine.Architecture.Tests;

public class PublicApiTests
{
    /// <summary>The SPI is a promise to connector authors: a change shows up here as a reviewed diff.</summary>
    [Fact]
    public void Spi_is_what_was_published()
    {
        string published = Path.Combine(Here(), "QueryEngine.Spi.api.txt");
        string actual = string.Join('\n', Describe(typeof(IConnector).Assembly)) + "\n";
        if (Environment.GetEnvironmentVariable("UPDATE_GOLDEN") == "1")
            File.WriteAllText(published, actual);

        Assert.Equal(File.ReadAllText(published), actual);
    }

    private static IEnumerable<string> Describe(Assembly assembly) =>
        (from type in assembly.GetExportedTypes()
         from member in type.GetMembers(BindingFlags.Public | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly)
         where !member.IsDefined(typeof(CompilerGeneratedAttribute)) && member is not MethodInfo { IsSpecialName: true }
         select $"{type.FullName}: {member}").Order(StringComparer.Ordinal);

    private static string Here([CallerFilePath] string thisFile = "") => Path.GetDirectoryName(thisFile)!;
}
