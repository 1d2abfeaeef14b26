using System.Diagnostics;
using System.Reflection;

namespace CompressDsl.Integration.Tests.Package;

/// <summary>The package, packed under a version of its own, and a console project outside of this repository that refers to it as anybody's would.</summary>
public sealed class FreshProject : IDisposable
{
    private const string TorchSharpVersion = "0.107.0";
    private const string Native = "runtimes/linux-x64/native/libLibTorchSharp.so";

    private readonly string _folder = Directory.CreateTempSubdirectory("compressdsl-").FullName;
    private readonly string _version = $"0.1.0-test.{DateTime.UtcNow.Ticks}";

    public FreshProject()
    {
        var packed = Path.Combine(_folder, "packed");
        Dotnet("pack", Path.Combine(Metadata("RepositoryRoot"), "src/CompressDsl"), "--no-build", "-c", Metadata("Configuration"), "-o", packed,
            $"-p:PackageVersion={_version}", $"-p:NuspecOutputPath={packed}/");
        PackagePath = Path.Combine(packed, $"CompressDsl.{_version}.nupkg");

        Write("NuGet.config", $"""
            <configuration>
              <packageSources>
                <add key="packed" value="{packed}" />
              </packageSources>
            </configuration>
            """);
        Write("Fresh.csproj", $"""
            <Project Sdk="Microsoft.NET.Sdk">
              <PropertyGroup>
                <OutputType>Exe</OutputType>
                <TargetFramework>net10.0</TargetFramework>
                <CreateHardLinksForCopyLocalIfPossible>true</CreateHardLinksForCopyLocalIfPossible>
                <CreateHardLinksForPublishFilesIfPossible>true</CreateHardLinksForPublishFilesIfPossible>
              </PropertyGroup>
              <ItemGroup>
                <PackageReference Include="CompressDsl" Version="{_version}" />
                <PackageReference Include="TorchSharp-cpu" Version="{TorchSharpVersion}" />
              </ItemGroup>
            </Project>
            """);
        Write("Program.cs", """
            using CompressDsl;
            using TorchSharp;
            using TorchSharp.Modules;
            using static TorchSharp.torch;

            using var net = new Net();
            net.Prune();
            using var x = ones(1, 4);
            using var gradientsOff = no_grad();
            using var scope = NewDisposeScope();
            net.call(x);
            System.Console.WriteLine($"CompressDsl {net.Compression.fc.Mask.PrunedCount} of {net.Compression.fc.Weight.numel()}, made: {scope.DisposablesCount}");

            public sealed partial class Net : nn.Module<Tensor, Tensor>
            {
                [Sparsity(0.5)]
                private readonly Linear fc = nn.Linear(4, 8);

                private readonly SparseLinear up = new(4, 8);

                public Net() : base(nameof(Net))
                {
                    up.Compact(SparseKernel.Bitmask);
                    RegisterComponents();
                }

                public override Tensor forward(Tensor x) => nn.functional.silu(up.call(x));
            }
            """);
        Dotnet("restore");
    }

    public string PackagePath { get; }

    public string BuildFolder => Path.Combine(_folder, "bin/Debug/net10.0");

    public string PublishFolder => Path.Combine(_folder, "published");

    public static byte[] OriginalLibrary => File.ReadAllBytes(Path.Combine(TorchSharpFolder, Native));

    public static string TorchSharpFolder => Path.Combine(Metadata("NuGetPackageRoot"), "torchsharp", TorchSharpVersion);

    public static byte[] LibraryIn(string folder) => File.ReadAllBytes(Path.Combine(folder, Native));

    public string Build(params string[] options) => Dotnet(["build", "--no-restore", .. options]);

    /// <summary>What a build says that fails, as it must.</summary>
    public string BuildInVain(params string[] options)
    {
        var (exitCode, output) = Start(["build", "--no-restore", .. options]);
        Assert.True(exitCode != 0, $"The build succeeded with {string.Join(' ', options)}:\n{output}");
        return output;
    }

    public void Publish(params string[] options) => Dotnet(["publish", "--no-restore", "-o", PublishFolder, .. options]);

    public string Run(string folder) => Dotnet(Path.Combine(folder, "Fresh.dll"));

    public void Dispose()
    {
        Directory.Delete(_folder, recursive: true);
        var restored = Path.Combine(Metadata("NuGetPackageRoot"), "compressdsl", _version);
        if (Directory.Exists(restored))
        {
            Directory.Delete(restored, recursive: true);
        }
    }

    private static string Metadata(string key)
        => typeof(FreshProject).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(data => data.Key == key).Value!;

    private void Write(string name, string text) => File.WriteAllText(Path.Combine(_folder, name), text);

    private string Dotnet(params string[] arguments)
    {
        var (exitCode, output) = Start(arguments);
        Assert.True(exitCode == 0, $"dotnet {string.Join(' ', arguments)} ended with {exitCode}:\n{output}");
        return output;
    }

    private (int ExitCode, string Output) Start(string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet", arguments) { WorkingDirectory = _folder, RedirectStandardOutput = true, RedirectStandardError = true };
        // The SDK that runs the tests has told its children how to be part of its own build.
        foreach (var name in start.Environment.Keys.Where(name => name.StartsWith("MSBUILD", StringComparison.OrdinalIgnoreCase)).ToList())
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
        return (process.ExitCode, output + errors.Result);
    }
}
