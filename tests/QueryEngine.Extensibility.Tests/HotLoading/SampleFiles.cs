using System.IO.Compression;
using System.Runtime.Loader;
using Xunit;

namespace QueryEngine.Extensibility.Tests.HotLoading;

/// <summary>The sample connector, alone in a folder and in a package.</summary>
internal sealed class SampleFiles : IDisposable
{
    private const string Name = "Sample.Connector";

    public SampleFiles()
    {
        Folder = Directory.CreateTempSubdirectory("connectors").FullName;
        string configuration = new DirectoryInfo(AppContext.BaseDirectory).Name;
        File.Copy(Repository.PathOf($"artifacts/bin/{Name}/{configuration}/{Name}.dll"), Assembly);
        using ZipArchive package = ZipFile.Open(Package, ZipArchiveMode.Create);
        package.CreateEntryFromFile(Assembly, $"lib/net10.0/{Name}.dll");
    }

    /// <summary>A folder to allow.</summary>
    public string Folder { get; }

    /// <summary>The assembly in it.</summary>
    public string Assembly => Path.Combine(Folder, $"{Name}.dll");

    /// <summary>The package in it.</summary>
    public string Package => Path.Combine(Folder, $"{Name}.1.0.0.nupkg");

    /// <summary>How often the assembly is loaded in this process.</summary>
    public static int Loaded() => AssemblyLoadContext.All.SelectMany(context => context.Assemblies).Count(assembly => assembly.GetName().Name == Name);

    /// <summary>Fails unless the assembly goes.</summary>
    public static async Task AssertGoneAsync(int before = 0)
    {
        for (int attempt = 0; attempt < 100 && Loaded() > before; attempt++)
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
            await Task.Delay(50);
        }

        Assert.Equal(before, Loaded());
    }

    public void Dispose() => Directory.Delete(Folder, recursive: true);
}
