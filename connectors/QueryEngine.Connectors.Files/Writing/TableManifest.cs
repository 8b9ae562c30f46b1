using System.Text.Json;
using System.Text.Json.Nodes;
using QueryEngine.Spi;

namespace QueryEngine.Connectors.Files.Writing;

/// <summary>
/// What a hidden file in the folder of a table that was made here says of it: the format of its files, and its columns with their very types,
/// so that a table without files, or one of text files, is what it was made as.
/// </summary>
internal sealed record TableManifest(string Format, string Compression, ValueList<FilesColumn> Columns, ValueList<string> NotNull)
{
    private const string FileName = "_queryengine.json";
    private const int MostBytes = 16 << 20;

    /// <summary>Columns that the files hold, in their order.</summary>
    public FilesColumn[] FileColumns => [.. Columns.Where(column => column.Source == FilesColumnSource.File)];

    /// <summary>Columns that the names of folders hold, outermost first.</summary>
    public FilesColumn[] PartitionColumns => [.. Columns.Where(column => column.Source == FilesColumnSource.Partition).OrderBy(column => column.Ordinal)];

    /// <summary>Whether a folder is such a table.</summary>
    public static bool IsIn(string folder) => File.Exists(Path.Join(folder, FileName));

    /// <summary>Reads the manifest of a folder; null when it has none.</summary>
    /// <exception cref="QueryException">INVALID_DATA.</exception>
    public static TableManifest? Find(string folder)
    {
        string path = Path.Join(folder, FileName);
        if (!File.Exists(path))
            return null;
        try
        {
            if (new FileInfo(path).Length > MostBytes)
                throw new FormatException("it is too large");
            JsonNode root = JsonNode.Parse(File.ReadAllBytes(path)) ?? throw new FormatException("it is empty");
            return new TableManifest(
                root["format"]!.GetValue<string>(),
                root["compression"]!.GetValue<string>(),
                root["columns"]!.AsArray().Select(ReadColumn).ToValueList(),
                root["columns"]!.AsArray().Where(column => column!["notNull"]?.GetValue<bool>() == true).Select(column => column!["name"]!.GetValue<string>()).ToValueList());
        }
        catch (Exception error) when (error is JsonException or FormatException or InvalidOperationException or NullReferenceException or QueryException)
        {
            throw new QueryException(ErrorCode.InvalidData, $"file '{path}' does not describe a table: {error.Message}", inner: error);
        }
    }

    /// <summary>Writes the manifest into a folder.</summary>
    public void Save(string folder)
    {
        var columns = new JsonArray();
        foreach (FilesColumn column in Columns)
        {
            columns.Add((JsonNode)new JsonObject
            {
                ["name"] = column.Name,
                ["type"] = column.Type.ToString(),
                ["source"] = column.Source == FilesColumnSource.Partition ? "folder" : "file",
                ["place"] = column.Ordinal,
                ["notNull"] = NotNull.Contains(column.Name),
            });
        }
        var root = new JsonObject { ["format"] = Format, ["compression"] = Compression, ["columns"] = columns };
        File.WriteAllText(Path.Join(folder, FileName), root.ToJsonString() + "\n");
    }

    private static FilesColumn ReadColumn(JsonNode? column) => new(
        column!["name"]!.GetValue<string>(),
        SqlTypeParser.Parse(column["type"]!.GetValue<string>()),
        column["source"]!.GetValue<string>() == "folder" ? FilesColumnSource.Partition : FilesColumnSource.File,
        column["place"]!.GetValue<int>());
}
