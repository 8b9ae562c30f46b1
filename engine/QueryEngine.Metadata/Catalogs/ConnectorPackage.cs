using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;
using QueryEngine.Spi;

namespace QueryEngine.Metadata.Catalogs;

/// <summary>
/// The assemblies of a connector as they come from a file, a folder or a NuGet package, and travel to workers. Its dependencies must be among them;
/// those of the engine itself are shared.
/// </summary>
/// <param name="Id">A hash of what is in it.</param>
/// <param name="Assemblies">The assemblies by simple name.</param>
/// <param name="Main">Those that are looked through for connectors.</param>
public sealed record ConnectorPackage(string Id, IReadOnlyDictionary<string, byte[]> Assemblies, IReadOnlyList<string> Main)
{
    private const long MaxBytes = 64L << 20;
    private const string Framework = "net10.0";

    /// <summary>A package of these assemblies.</summary>
    public static ConnectorPackage Of(IReadOnlyDictionary<string, byte[]> assemblies, IReadOnlyList<string> main)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach ((string name, byte[] bytes) in assemblies.OrderBy(assembly => assembly.Key, StringComparer.Ordinal))
        {
            hash.AppendData(Encoding.UTF8.GetBytes(name));
            hash.AppendData(bytes);
        }

        return new ConnectorPackage(Convert.ToHexStringLower(hash.GetHashAndReset())[..16], assemblies, main);
    }

    /// <summary>Reads an assembly with those beside it, a folder of assemblies, or a <c>.nupkg</c>.</summary>
    /// <exception cref="QueryException">FILE_NOT_FOUND, IO_ERROR, INVALID_DATA.</exception>
    public static async Task<ConnectorPackage> ReadAsync(string path, CancellationToken cancellationToken)
    {
        try
        {
            if (Directory.Exists(path))
                return await ReadFolderAsync(path, main: null, cancellationToken).ConfigureAwait(false);
            if (!File.Exists(path))
                throw new QueryException(ErrorCode.FileNotFound, $"there is no connector at '{path}'");
            return Path.GetExtension(path).ToLowerInvariant() switch
            {
                ".dll" => await ReadFolderAsync(Path.GetDirectoryName(path)!, Path.GetFileNameWithoutExtension(path), cancellationToken).ConfigureAwait(false),
                ".nupkg" => await ReadNuGetAsync(path, cancellationToken).ConfigureAwait(false),
                _ => throw new QueryException(ErrorCode.InvalidParameterValue, $"'{path}' is no connector", "Give a .dll, a .nupkg, or a folder of assemblies."),
            };
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or InvalidDataException)
        {
            throw new QueryException(ErrorCode.IoError, $"cannot read '{path}': {error.Message}", hint: null, error);
        }
    }

    private static async Task<ConnectorPackage> ReadFolderAsync(string folder, string? main, CancellationToken cancellationToken)
    {
        string[] paths = Directory.GetFiles(folder, "*.dll");
        if (paths.Sum(path => new FileInfo(path).Length) > MaxBytes)
            throw TooLarge(folder);
        var assemblies = new Dictionary<string, byte[]>(StringComparer.Ordinal);
        foreach (string path in paths)
            assemblies.Add(Path.GetFileNameWithoutExtension(path), await File.ReadAllBytesAsync(path, cancellationToken).ConfigureAwait(false));
        return Of(assemblies, main is null ? [.. assemblies.Keys] : [main]);
    }

    private static async Task<ConnectorPackage> ReadNuGetAsync(string path, CancellationToken cancellationToken)
    {
        var assemblies = new Dictionary<string, byte[]>(StringComparer.Ordinal);
        FileStream file = File.OpenRead(path);
        await using (file.ConfigureAwait(false))
        {
            using var archive = new ZipArchive(file, ZipArchiveMode.Read);
            ZipArchiveEntry[] entries = [.. archive.Entries.Where(entry => entry.FullName.StartsWith($"lib/{Framework}/", StringComparison.Ordinal) && entry.Name.EndsWith(".dll", StringComparison.Ordinal))];
            if (entries.Length == 0)
                throw new QueryException(ErrorCode.InvalidData, $"package '{path}' has no assembly in lib/{Framework}");
            if (entries.Sum(entry => entry.Length) > MaxBytes)
                throw TooLarge(path);
            foreach (ZipArchiveEntry entry in entries)
            {
                byte[] bytes = new byte[entry.Length];
                Stream content = await entry.OpenAsync(cancellationToken).ConfigureAwait(false);
                await using (content.ConfigureAwait(false))
                    await content.ReadExactlyAsync(bytes, cancellationToken).ConfigureAwait(false);
                assemblies[Path.GetFileNameWithoutExtension(entry.Name)] = bytes;
            }
        }

        return Of(assemblies, [.. assemblies.Keys]);
    }

    private static QueryException TooLarge(string path) => new(ErrorCode.InvalidParameterValue, $"'{path}' holds more than {MaxBytes >> 20} MB of assemblies");
}
