using QueryEngine.Spi;

namespace QueryEngine.Connectors.Files.Listing;

/// <summary>A file of a table, with the keys and values of the <c>key=value</c> folders that it lies in.</summary>
internal sealed record FileEntry(string Path, long Size, long ModifiedTicks, ValueList<string> PartitionKeys, ValueList<string> PartitionValues);
