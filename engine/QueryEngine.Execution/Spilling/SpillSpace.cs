using QueryEngine.Spi;

namespace QueryEngine.Execution.Spilling;

/// <summary>
/// The directory of this process for rows that do not fit in memory, made when the first ones come. A lock file beside it is held open while the
/// process lives: what lies there without one is left over from a crash, and deleted by the next process that starts. Thread-safe.
/// </summary>
public sealed class SpillSpace : IDisposable
{
    private readonly Lock _lock = new();
    private readonly SpillOptions _options;
    private readonly MemoryContext _disk;
    private FileStream? _held;
    private string? _folder;
    private bool _isDisposed;
    private int _files;

    /// <summary>Makes a space and deletes what crashed processes have left where it is.</summary>
    public SpillSpace(SpillOptions options)
    {
        (_options, _disk) = (options, new MemoryContext("the spill directory", options.MaxBytes));
        DeleteLeftovers();
        AppDomain.CurrentDomain.ProcessExit += OnExit;
    }

    /// <summary>Bytes on disk now.</summary>
    public long Bytes => _disk.Bytes;

    /// <summary>Whether anything may be written.</summary>
    internal bool IsEnabled => _options.MaxBytes > 0;

    /// <summary>Whether everything is written that can be.</summary>
    internal bool IsForced => _options.Always;

    /// <inheritdoc/>
    public void Dispose()
    {
        AppDomain.CurrentDomain.ProcessExit -= OnExit;
        lock (_lock)
        {
            _isDisposed = true;
            if (_folder is null)
                return;
            DeleteFolder(_folder);
            _held!.Dispose();
            (_folder, _held) = (null, null);
        }
    }

    /// <summary>A new file, which the caller owns; it is gone when that is disposed.</summary>
    internal SpillFile CreateFile()
    {
        lock (_lock)
        {
            ObjectDisposedException.ThrowIf(_isDisposed, this);
            try
            {
                string folder = _folder ??= MakeFolder();
                return new SpillFile(Path.Combine(folder, $"{_files++}.spill"), _disk);
            }
            catch (Exception error) when (error is IOException or UnauthorizedAccessException)
            {
                throw SpillFile.Translate(error, _options.Path, "be written");
            }
        }
    }

    private string MakeFolder()
    {
        if (OperatingSystem.IsWindows())
            Directory.CreateDirectory(_options.Path);
        else
            Directory.CreateDirectory(_options.Path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);

        string folder = Path.Combine(_options.Path, $"{Environment.ProcessId}-{Guid.NewGuid():N}");
        _held = new FileStream($"{folder}.lock", FileMode.CreateNew, FileAccess.ReadWrite, FileShare.None, 1, FileOptions.DeleteOnClose);
        Directory.CreateDirectory(folder);
        return folder;
    }

    private void DeleteLeftovers()
    {
        if (!Directory.Exists(_options.Path))
            return;

        try
        {
            foreach (string lockFile in Directory.EnumerateFiles(_options.Path, "*.lock"))
                DeleteIfDead(lockFile);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // Another process has just cleaned up too, or the directory is somebody else's: neither is a reason not to start.
        }
    }

    private static void DeleteIfDead(string lockFile)
    {
        try
        {
            using var held = new FileStream(lockFile, FileMode.Open, FileAccess.ReadWrite, FileShare.None, 1, FileOptions.DeleteOnClose);
            DeleteFolder(lockFile[..^".lock".Length]);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // Its process lives.
        }
    }

    private static void DeleteFolder(string folder)
    {
        if (Directory.Exists(folder))
            Directory.Delete(folder, recursive: true);
    }

    private void OnExit(object? sender, EventArgs e) => Dispose();
}
