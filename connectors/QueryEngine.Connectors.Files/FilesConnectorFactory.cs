using QueryEngine.Connectors.Files.Writing;
using QueryEngine.Spi;

namespace QueryEngine.Connectors.Files;

/// <summary>Makes catalogs of the files below a folder: <c>file:///data</c>, or <c>connector.name=files</c> with <c>root=/data</c>.</summary>
public sealed class FilesConnectorFactory : IConnectorFactory
{
    /// <inheritdoc/>
    public string Name => "files";

    /// <inheritdoc/>
    public ConnectorManifest Manifest { get; } = new("Files", "Parquet, CSV and JSON files below a folder.")
    {
        Category = ConnectorCategory.Files,
        Status = ConnectorStatus.Stable,
        Capabilities = ConnectorCapabilities.Writes | ConnectorCapabilities.Definitions | ConnectorCapabilities.Paths | ConnectorCapabilities.Statistics,
        Pushdown = PushdownKinds.Filter | PushdownKinds.Limit,
        WriteGuarantee = WriteGuarantee.ExactlyOnce,
        SplitStrategies = ["byte range", "row group"],
        Formats = ["parquet", "csv", "json"],
        UrlExamples = ["file:///data/lake", "file:///data/lake/orders.parquet"],
        TestGrade = TestGrade.Real,
    };

    /// <inheritdoc/>
    public IReadOnlyList<Type> HandleTypes => [typeof(FilesTable), typeof(FilesColumn), typeof(FilesSplit), typeof(FilesWriteHandle)];

    /// <inheritdoc/>
    public IReadOnlyList<PropertySpec> Properties => FilesOptions.Specs;

    /// <inheritdoc/>
    public IReadOnlyList<string> UrlSchemes => ["file"];

    /// <inheritdoc/>
    public IReadOnlyDictionary<string, string> ParseUrl(Uri url)
    {
        Dictionary<string, string> properties = ConnectionUrl.Options(url);
        bool isFile = Path.HasExtension(url.LocalPath) && !Directory.Exists(url.LocalPath);
        properties["root"] = isFile ? Path.GetDirectoryName(url.LocalPath)! : url.LocalPath;
        if (isFile)
            properties.TryAdd("table", Path.GetFileNameWithoutExtension(url.LocalPath));
        return properties;
    }

    /// <inheritdoc/>
    public ValueTask<IConnector> CreateAsync(ConnectorContext context, PropertyBag properties, CancellationToken cancellationToken) =>
        new(new FilesConnector(FilesOptions.Parse(properties), context.Memory.Child($"catalog {context.CatalogName}")));
}
