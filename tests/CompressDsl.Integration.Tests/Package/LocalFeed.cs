using System.Diagnostics;
using System.Reflection;

namespace CompressDsl.Integration.Tests.Package;

/// <summary>The packages, packed under a version of their own into a folder outside of this repository, and `dotnet` as somebody there runs it.</summary>
public sealed class LocalFeed : IDisposable
{
    public LocalFeed()
    {
        Pack("src/CompressDsl");
        Pack("src/CompressDsl.Templates");
        Write("NuGet.config", $"""
            <configuration>
              <packageSources>
                <add key="packed" value="{Packed}" />
              </packageSources>
            </configuration>
            """);
    }

    public string Folder { get; } = Directory.CreateTempSubdirectory("compressdsl-").FullName;

    public string Version { get; } = $"0.1.0-test.{DateTime.UtcNow.Ticks}";

    private string Packed => Path.Combine(Folder, "packed");

    public static string Metadata(string key)
        => typeof(LocalFeed).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(data => data.Key == key).Value!;

    public string PathOf(string id, string extension = ".nupkg") => Path.Combine(Packed, $"{id}.{Version}{extension}");

    public void Write(string name, string text)
    {
        var path = Path.Combine(Folder, name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, text);
    }

    /// <summary>Runs to a good end, in a folder below <see cref="Folder"/>; what it writes.</summary>
    public string Dotnet(string folder, params string[] arguments)
    {
        var (exitCode, output) = Start(folder, arguments);
        Assert.True(exitCode == 0, $"dotnet {string.Join(' ', arguments)} ended with {exitCode}:\n{output}");
        return output;
    }

    /// <summary>Runs to any end.</summary>
    public (int ExitCode, string Output) Start(string folder, params string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet", arguments) { WorkingDirectory = Path.Combine(Folder, folder), RedirectStandardOutput = true, RedirectStandardError = true };
        // The SDK that runs the tests has told its children how to be part of its own build.
        foreach (var name in start.Environment.Keys.Where(name => name.StartsWith("MSBUILD", StringComparison.OrdinalIgnoreCase)).ToList())
        {
            start.Environment.Remove(name);
        }

        // No process stays behind that holds the folder.
        start.Environment["MSBUILDDISABLENODEREUSE"] = "1";
        start.Environment["UseSharedCompilation"] = "false";
        // Threads that wait for each other are slow where others compute too, and the models here are small.
        start.Environment["OMP_NUM_THREADS"] = "1";

        using var process = Process.Start(start)!;
        var errors = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, output + errors.Result);
    }

    public void Dispose()
    {
        Directory.Delete(Folder, recursive: true);
        var restored = Path.Combine(Metadata("NuGetPackageRoot"), "compressdsl", Version);
        if (Directory.Exists(restored))
        {
            Directory.Delete(restored, recursive: true);
        }
    }

    private void Pack(string project) => Dotnet("", "pack", Path.Combine(Metadata("RepositoryRoot"), project), "--no-build", "-c", Metadata("Configuration"), "-o", Packed,
        $"-p:PackageVersion={Version}", $"-p:NuspecOutputPath={Packed}/");
}
