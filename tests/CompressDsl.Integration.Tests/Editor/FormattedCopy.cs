using System.Diagnostics;
using System.Reflection;

namespace CompressDsl.Integration.Tests.Editor;

/// <summary>A copy of an example outside of this repository, with mistakes in it, after <c>dotnet format analyzers</c> went over it once; it has the library from the package, as anybody's project.</summary>
public sealed class FormattedCopy : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("compressdsl-format-").FullName;
    private readonly string _version = $"0.1.0-format.{DateTime.UtcNow.Ticks}";

    public FormattedCopy()
    {
        Ids = [.. Mistakes.Fixes.Select(static promised => promised.Id).Distinct()];
        Dotnet(
            "pack", Path.Combine(OpenedExamples.Root, "src/CompressDsl"), "--no-build", "-c", Metadata("Configuration"), "-o", this["packed"],
            $"-p:PackageVersion={_version}", $"-p:NuspecOutputPath={this["packed"]}/");

        foreach (var (file, text) in Original)
        {
            Directory.CreateDirectory(Path.GetDirectoryName(this[file])!);
            File.WriteAllText(this[file], text);
        }

        foreach (var id in Ids)
        {
            File.WriteAllText(this[id + ".cs"], Mistakes.File(id));
        }

        File.WriteAllText(this["NuGet.config"], $"""
            <configuration>
              <packageSources>
                <add key="packed" value="{this["packed"]}" />
              </packageSources>
            </configuration>
            """);
        File.WriteAllText(this["Models.csproj"], $"""
            <Project Sdk="Microsoft.NET.Sdk">
              <PropertyGroup>
                <TargetFramework>net10.0</TargetFramework>
                <Nullable>enable</Nullable>
                <ImplicitUsings>enable</ImplicitUsings>
              </PropertyGroup>
              <ItemGroup>
                <PackageReference Include="CompressDsl" Version="{_version}" />
              </ItemGroup>
            </Project>
            """);
        Dotnet("restore");
        Dotnet(["format", "analyzers", "--no-restore", "--severity", "info", "--diagnostics", .. Ids]);
    }

    /// <summary>The rules that have a fix.</summary>
    public IReadOnlyList<string> Ids { get; }

    /// <summary>The files of the example, by their place in it.</summary>
    public static IReadOnlyDictionary<string, string> Original { get; } = Directory.EnumerateFiles(Models, "*.cs")
        .Concat(Directory.EnumerateFiles(Path.Combine(Models, "Gpt2"), "*.cs"))
        .ToDictionary(static file => Path.GetRelativePath(Models, file), File.ReadAllText);

    private static string Models => Path.Combine(OpenedExamples.Root, "examples/Models");

    public string Read(string file) => File.ReadAllText(this[file]);

    public string Build() => Dotnet("build", "--no-restore");

    public void Dispose()
    {
        Directory.Delete(_folder, recursive: true);
        var restored = Path.Combine(Metadata("NuGetPackageRoot"), "compressdsl", _version);
        if (Directory.Exists(restored))
        {
            Directory.Delete(restored, recursive: true);
        }
    }

    private string this[string file] => Path.Combine(_folder, file);

    private static string Metadata(string key)
        => typeof(FormattedCopy).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(data => data.Key == key).Value!;

    private string Dotnet(params string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet", arguments) { WorkingDirectory = _folder, RedirectStandardOutput = true, RedirectStandardError = true };
        // The SDK that runs the tests has told its children how to be part of its own build.
        foreach (var name in start.Environment.Keys.Where(static name => name.StartsWith("MSBUILD", StringComparison.OrdinalIgnoreCase)).ToList())
        {
            start.Environment.Remove(name);
        }

        // No process stays behind that holds the folder.
        start.Environment["MSBUILDDISABLENODEREUSE"] = "1";
        start.Environment["UseSharedCompilation"] = "false";

        using var process = Process.Start(start)!;
        var errors = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        Assert.True(process.ExitCode == 0, $"dotnet {string.Join(' ', arguments)} ended with {process.ExitCode}:\n{output}\n{errors.Result}");
        return output;
    }
}
