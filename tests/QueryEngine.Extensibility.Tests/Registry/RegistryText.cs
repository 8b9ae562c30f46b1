using System.Globalization;
using System.Text;
using QueryEngine.Metadata;
using QueryEngine.Spi;

namespace QueryEngine.Extensibility.Tests.Registry;

/// <summary>Writes the registry and the pages of connectors from their manifests.</summary>
internal static class RegistryText
{
    public const string Begin = "<!-- from the connector's manifest -->";

    public const string End = "<!-- end of the manifest -->";

    /// <summary><c>connectors/registry.yml</c>.</summary>
    public static string Yaml(IEnumerable<IConnectorFactory> factories)
    {
        var text = new StringBuilder("# Made from the manifests of the connectors: UPDATE_GOLDEN=1 dotnet test tests/QueryEngine.Extensibility.Tests --filter Registry\nschemaVersion: 1\nconnectors:\n");
        foreach (IConnectorFactory factory in factories)
        {
            ConnectorManifest manifest = factory.Manifest;
            text.Append(CultureInfo.InvariantCulture, $"  - id: {factory.Name}\n");
            Line("name", Quote(manifest.Title));
            Line("summary", Quote(manifest.Summary));
            Line("category", ManifestWords.Words(manifest.Category));
            Line("status", ManifestWords.Words(manifest.Status));
            Line("since", Quote(manifest.Since));
            Line("base", manifest.Base);
            Line("client", manifest.Client is null ? null : Quote(manifest.Client));
            Line("schemes", List(factory.UrlSchemes));
            Line("capabilities", List(ManifestWords.Flags(manifest.Capabilities)));
            Line("pushdown", List(ManifestWords.Flags(manifest.Pushdown)));
            Line("splits", List(manifest.SplitStrategies));
            Line("guarantees", $"{{ read: {ManifestWords.Words(manifest.ReadConsistency)}, write: {ManifestWords.Words(manifest.WriteGuarantee)} }}");
            Line("formats", List(manifest.Formats));
            Line("tests", $"{{ grade: {ManifestWords.Words(manifest.TestGrade)}, against: {List(manifest.TestedAgainst)} }}");
            Line("limitations", List(manifest.Limitations.Select(Quote)));
            text.Append(factory.Properties.Count == 0 ? "    properties: []\n" : "    properties:\n");
            foreach (PropertySpec property in factory.Properties)
                text.Append(CultureInfo.InvariantCulture, $"      - {Property(property)}\n");

            void Line(string key, string? value)
            {
                if (value is not null)
                    text.Append(CultureInfo.InvariantCulture, $"    {key}: {value}\n");
            }
        }

        return text.ToString();
    }

    /// <summary><c>docs/connectors/README.md</c>: what there is, and the URLs.</summary>
    public static string Overview(IReadOnlyList<IConnectorFactory> factories)
    {
        var text = new StringBuilder(
            "# Connectors\n\nMade from the manifests of the connectors, which `SHOW CONNECTORS` and `system.metadata.connectors`, `connector_properties` and `connector_capabilities` show too.\n"
            + "To write one: [write-your-own.md](write-your-own.md).\n\n| connector | status | can | pushes | tested |\n|---|---|---|---|---|\n");
        foreach (IConnectorFactory factory in factories)
        {
            ConnectorManifest manifest = factory.Manifest;
            text.Append(CultureInfo.InvariantCulture, $"| [{factory.Name}]({factory.Name}.md): {manifest.Title} | {ManifestWords.Words(manifest.Status)} ");
            text.Append(CultureInfo.InvariantCulture, $"| {string.Join(", ", ManifestWords.Flags(manifest.Capabilities).Prepend("read"))} | {string.Join(", ", ManifestWords.Flags(manifest.Pushdown))} ");
            text.Append(CultureInfo.InvariantCulture, $"| {ManifestWords.Words(manifest.TestGrade)}{(manifest.TestedAgainst.Count == 0 ? "" : $": {string.Join(", ", manifest.TestedAgainst)}")} |\n");
        }

        text.Append("\n## Connection URLs\n\n`CREATE CATALOG name FROM 'url'`, `qe --catalog name=url`. Options of a URL are properties of the connector, dashes or underscores; `${ENV:NAME}` is an "
            + "environment variable.\nWith `table=` (and `schema=`) a URL is a table: `SELECT * FROM TABLE(source('url'))`, `INSERT INTO TABLE(sink('url')) SELECT ...`. Its catalog lasts as long as the query.\n\n");
        foreach (string example in factories.SelectMany(factory => factory.Manifest.UrlExamples))
            text.Append(CultureInfo.InvariantCulture, $"* `{example}`\n");
        return text.ToString();
    }

    /// <summary>The part of a connector's page that is made from its manifest.</summary>
    public static string Section(IConnectorFactory factory)
    {
        ConnectorManifest manifest = factory.Manifest;
        var text = new StringBuilder(Begin).Append("\n\n");
        text.Append(CultureInfo.InvariantCulture, $"* {Capital(ManifestWords.Words(manifest.Status))}, since {manifest.Since}");
        text.Append(manifest.Client is null ? "." : $"; client: {manifest.Client}.");
        text.Append(CultureInfo.InvariantCulture, $" Tests: {ManifestWords.Words(manifest.TestGrade)}{(manifest.TestedAgainst.Count == 0 ? "" : $" ({string.Join(", ", manifest.TestedAgainst)})")}.\n");
        text.Append(CultureInfo.InvariantCulture, $"* Can: {string.Join(", ", ManifestWords.Capabilities(manifest).Prepend("reads"))}.\n");
        text.Append(CultureInfo.InvariantCulture, $"* Splits of a scan agree on: {ManifestWords.Words(manifest.ReadConsistency)}. A write is: {ManifestWords.Words(manifest.WriteGuarantee)}.\n");
        foreach (string limitation in manifest.Limitations)
            text.Append(CultureInfo.InvariantCulture, $"* {limitation}\n");
        if (manifest.UrlExamples.Count > 0)
            text.Append(CultureInfo.InvariantCulture, $"* URLs: {string.Join(", ", manifest.UrlExamples.Select(url => $"`{url}`"))}.\n");
        text.Append('\n');
        if (factory.Properties.Count == 0)
            return text.Append("It has no properties.\n\n").Append(End).ToString();

        text.Append("| property | default | accepts | meaning |\n|---|---|---|---|\n");
        foreach (PropertySpec property in factory.Properties)
        {
            string aliases = property.Aliases.Count == 0 ? "" : $" (also {string.Join(", ", property.Aliases.Select(alias => $"`{alias}`"))})";
            string standard = property.IsRequired ? "required" : property.Default is null ? "" : $"`{property.Default}`";
            text.Append(CultureInfo.InvariantCulture, $"| `{property.Name}`{aliases} | {standard} | {property.Accepted ?? (property.IsSecret ? "a secret" : "text")} | {property.Description} |\n");
        }

        return text.Append('\n').Append(End).ToString();
    }

    private static string Property(PropertySpec property)
    {
        var parts = new List<string> { $"name: {property.Name}", $"type: {ManifestWords.Words(property.Type)}" };
        if (property.IsRequired)
            parts.Add("required: true");
        if (property.IsSecret)
            parts.Add("secret: true");
        if (property.Default is not null)
            parts.Add($"default: {Quote(property.Default)}");
        if (property.Choices.Count > 0)
            parts.Add($"values: {List(property.Choices.Select(Quote))}");
        if (property.Min is { } min)
            parts.Add(string.Create(CultureInfo.InvariantCulture, $"min: {min}"));
        if (property.Max is { } max)
            parts.Add(string.Create(CultureInfo.InvariantCulture, $"max: {max}"));
        if (property.Aliases.Count > 0)
            parts.Add($"aliases: {List(property.Aliases)}");
        parts.Add($"doc: {Quote(property.Description)}");
        return $"{{ {string.Join(", ", parts)} }}";
    }

    private static string List(IEnumerable<string> items) => $"[{string.Join(", ", items)}]";

    private static string Quote(string text) => $"\"{text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal)}\"";

    private static string Capital(string text) => char.ToUpperInvariant(text[0]) + text[1..];
}
