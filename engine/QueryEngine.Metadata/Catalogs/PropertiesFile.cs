using System.Text.RegularExpressions;
using QueryEngine.Spi;

namespace QueryEngine.Metadata.Catalogs;

/// <summary>Reads files of <c>key=value</c> lines; <c>#</c> starts a comment line, <c>${ENV:NAME}</c> stands for an environment variable.</summary>
public static partial class PropertiesFile
{
    /// <summary>The properties of a file.</summary>
    /// <exception cref="QueryException">INVALID_PROPERTY or IO_ERROR, naming the file and line.</exception>
    public static async Task<Dictionary<string, string>> ReadAsync(string path, CancellationToken cancellationToken)
    {
        try
        {
            return Parse(path, await File.ReadAllLinesAsync(path, cancellationToken).ConfigureAwait(false));
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new QueryException(ErrorCode.IoError, $"cannot read {path}: {error.Message}", hint: null, error);
        }
    }

    /// <summary>The properties that lines hold; <paramref name="source"/> names them in errors.</summary>
    public static Dictionary<string, string> Parse(string source, IReadOnlyList<string> lines)
    {
        var properties = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        for (int line = 0; line < lines.Count; line++)
        {
            string text = lines[line].Trim();
            if (text.Length == 0 || text[0] is '#' or '!')
                continue;
            int equals = text.IndexOf('=', StringComparison.Ordinal);
            if (equals <= 0)
                throw new QueryException(ErrorCode.InvalidProperty, $"{source}, line {line + 1} is not key=value");
            string key = text[..equals].TrimEnd();
            if (!properties.TryAdd(key, Expand(source, text[(equals + 1)..].TrimStart())))
                throw new QueryException(ErrorCode.InvalidProperty, $"{source}, line {line + 1} sets '{key}' again");
        }

        return properties;
    }

    /// <summary>Puts environment variables in; <paramref name="source"/> names the text in errors.</summary>
    public static string Expand(string source, string value) =>
        EnvironmentReference().Replace(value, match =>
            Environment.GetEnvironmentVariable(match.Groups[1].Value)
            ?? throw new QueryException(ErrorCode.InvalidProperty, $"{source} asks for environment variable '{match.Groups[1].Value}', which is not set"));

    [GeneratedRegex(@"\$\{ENV:([A-Za-z_][A-Za-z0-9_]*)\}")]
    private static partial Regex EnvironmentReference();
}
