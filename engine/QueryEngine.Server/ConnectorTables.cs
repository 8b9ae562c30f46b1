using QueryEngine.Connectors.System;
using QueryEngine.Metadata;
using QueryEngine.Spi;

namespace QueryEngine.Server;

/// <summary><c>system.metadata.connectors</c>, <c>connector_properties</c> and <c>connector_capabilities</c>, from the manifests of the connectors.</summary>
internal static class ConnectorTables
{
    private const string Schema = "metadata";

    /// <summary>The tables over whatever connectors there are when they are read.</summary>
    public static IReadOnlyList<SystemTable> Create(Func<IReadOnlyList<IConnectorFactory>> connectors) =>
    [
        SystemTable.Of(
            Schema,
            "connectors",
            "connector_name varchar, title varchar, category varchar, status varchar, since varchar, base varchar, client varchar, url_schemes array(varchar), "
            + "formats array(varchar), split_strategies array(varchar), read_consistency varchar, write_guarantee varchar, test_grade varchar, "
            + "tested_against array(varchar), summary varchar",
            () => connectors().Select(factory => new object?[]
            {
                factory.Name, factory.Manifest.Title, ManifestWords.Words(factory.Manifest.Category), ManifestWords.Words(factory.Manifest.Status), factory.Manifest.Since,
                factory.Manifest.Base, factory.Manifest.Client, Texts(factory.UrlSchemes), Texts(factory.Manifest.Formats), Texts(factory.Manifest.SplitStrategies),
                ManifestWords.Words(factory.Manifest.ReadConsistency), ManifestWords.Words(factory.Manifest.WriteGuarantee), ManifestWords.Words(factory.Manifest.TestGrade),
                Texts(factory.Manifest.TestedAgainst), factory.Manifest.Summary,
            })),
        SystemTable.Of(
            Schema,
            "connector_properties",
            "connector_name varchar, property_name varchar, type varchar, default_value varchar, accepted varchar, aliases array(varchar), is_required boolean, "
            + "is_secret boolean, description varchar",
            () => from factory in connectors()
                  from property in factory.Properties
                  select new object?[]
                  {
                      factory.Name, property.Name, ManifestWords.Words(property.Type), property.Default, property.Accepted, Texts(property.Aliases), property.IsRequired,
                      property.IsSecret, property.Description,
                  }),
        SystemTable.Of(
            Schema,
            "connector_capabilities",
            "connector_name varchar, capability varchar",
            () => from factory in connectors()
                  from capability in ManifestWords.Capabilities(factory.Manifest)
                  select new object?[] { factory.Name, capability }),
    ];

    private static ValueList<object?> Texts(IEnumerable<string> texts) => texts.Select(text => (object?)text).ToValueList();
}
