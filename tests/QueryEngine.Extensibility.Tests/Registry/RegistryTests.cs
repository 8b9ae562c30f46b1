using System.Text.RegularExpressions;
using QueryEngine.Server;
using QueryEngine.Spi;
using Xunit;

namespace QueryEngine.Extensibility.Tests.Registry;

/// <summary>Holds the registry and the pages of connectors to their manifests. With UPDATE_GOLDEN=1 they are written instead.</summary>
public sealed partial class RegistryTests
{
    [Fact]
    public async Task The_registry_and_the_overview_are_those_of_the_manifests()
    {
        IReadOnlyList<IConnectorFactory> factories = await FactoriesAsync();

        await HoldAsync("connectors/registry.yml", RegistryText.Yaml(factories));
        await HoldAsync("docs/connectors/README.md", RegistryText.Overview(factories));
    }

    [Fact]
    public async Task Every_connector_has_a_page_with_its_manifest()
    {
        foreach (IConnectorFactory factory in await FactoriesAsync())
        {
            string path = $"docs/connectors/{factory.Name}.md";
            string page = await File.ReadAllTextAsync(Repository.PathOf(path));
            int begin = page.IndexOf(RegistryText.Begin, StringComparison.Ordinal);
            int end = page.IndexOf(RegistryText.End, StringComparison.Ordinal);
            Assert.True(begin >= 0 && end > begin, $"{path} has no place for the manifest: {RegistryText.Begin} {RegistryText.End}");
            await HoldAsync(path, page[..begin] + RegistryText.Section(factory) + page[(end + RegistryText.End.Length)..]);
        }
    }

    [Fact]
    public async Task Manifests_hold_together()
    {
        IReadOnlyList<IConnectorFactory> factories = await FactoriesAsync();

        Assert.True(factories.Count >= 6);
        foreach (IConnectorFactory factory in factories)
        {
            Assert.Matches(Id(), factory.Name);
            Assert.EndsWith(".", factory.Manifest.Summary, StringComparison.Ordinal);
            Assert.Equal(factory.Manifest.Capabilities.HasFlag(ConnectorCapabilities.Writes), factory.Manifest.WriteGuarantee != WriteGuarantee.None);
            foreach (PropertySpec property in factory.Properties)
            {
                Assert.Matches(Id(), property.Name);
                Assert.EndsWith(".", property.Description, StringComparison.Ordinal);
                Assert.True(property.Default is null || property.Accepts(property.Default), $"{factory.Name}.{property.Name} does not accept its default");
                Assert.Equal(property.Type == PropertyType.Choice, property.Choices.Count > 0);
                Assert.Same(property, Assert.Single(factory.Properties, other => other.Matches(property.Name)));
            }

            foreach (string example in factory.Manifest.UrlExamples)
                Assert.Contains(new Uri(example).Scheme, factory.UrlSchemes);
            Assert.Equal(factory.UrlSchemes.Count > 0, factory.Manifest.UrlExamples.Count > 0);
        }

        string[] schemes = [.. factories.SelectMany(factory => factory.UrlSchemes)];
        Assert.Equal(schemes.Distinct(), schemes);
    }

    private static async Task<IReadOnlyList<IConnectorFactory>> FactoriesAsync()
    {
        await using EngineHost host = await EngineHost.StartAsync(new EngineHostOptions(), default);
        return host.Engine.Metadata.Catalogs.Factories;
    }

    private static async Task HoldAsync(string file, string text)
    {
        string path = Repository.PathOf(file);
        if (Environment.GetEnvironmentVariable("UPDATE_GOLDEN") == "1")
            await File.WriteAllTextAsync(path, text);
        Assert.True(
            File.Exists(path) && await File.ReadAllTextAsync(path) == text,
            $"{file} is not what the manifests give: UPDATE_GOLDEN=1 dotnet test tests/QueryEngine.Extensibility.Tests --filter Registry");
    }

    [GeneratedRegex("^[a-z][a-z0-9-]*$")]
    private static partial Regex Id();
}
