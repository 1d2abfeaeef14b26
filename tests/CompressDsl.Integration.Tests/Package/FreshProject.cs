namespace CompressDsl.Integration.Tests.Package;

/// <summary>A console project outside of this repository that refers to the package as anybody's would.</summary>
public sealed class FreshProject
{
    public const string TorchSharpVersion = "0.107.0";
    private const string Native = "runtimes/linux-x64/native/libLibTorchSharp.so";

    private const string Folder = "fresh";

    private readonly LocalFeed _feed;

    public FreshProject(LocalFeed feed)
    {
        _feed = feed;
        feed.Write($"{Folder}/Fresh.csproj", $"""
            <Project Sdk="Microsoft.NET.Sdk">
              <PropertyGroup>
                <OutputType>Exe</OutputType>
                <TargetFramework>net10.0</TargetFramework>
                <CreateHardLinksForCopyLocalIfPossible>true</CreateHardLinksForCopyLocalIfPossible>
                <CreateHardLinksForPublishFilesIfPossible>true</CreateHardLinksForPublishFilesIfPossible>
              </PropertyGroup>
              <ItemGroup>
                <PackageReference Include="CompressDsl" Version="{feed.Version}" />
                <PackageReference Include="TorchSharp-cpu" Version="{TorchSharpVersion}" />
              </ItemGroup>
            </Project>
            """);
        feed.Write($"{Folder}/Program.cs", """
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
        feed.Dotnet(Folder, "restore");
    }

    public string BuildFolder => Path.Combine(_feed.Folder, Folder, "bin/Debug/net10.0");

    public string PublishFolder => Path.Combine(_feed.Folder, "published");

    public static byte[] OriginalLibrary => File.ReadAllBytes(Path.Combine(TorchSharpFolder, Native));

    public static string TorchSharpFolder => Path.Combine(LocalFeed.Metadata("NuGetPackageRoot"), "torchsharp", TorchSharpVersion);

    public static byte[] LibraryIn(string folder) => File.ReadAllBytes(Path.Combine(folder, Native));

    public string Build(params string[] options) => _feed.Dotnet(Folder, ["build", "--no-restore", .. options]);

    /// <summary>What a build says that fails, as it must.</summary>
    public string BuildInVain(params string[] options)
    {
        var (exitCode, output) = _feed.Start(Folder, ["build", "--no-restore", .. options]);
        Assert.True(exitCode != 0, $"The build succeeded with {string.Join(' ', options)}:\n{output}");
        return output;
    }

    public void Publish(params string[] options) => _feed.Dotnet(Folder, ["publish", "--no-restore", "-o", PublishFolder, .. options]);

    public string Run(string folder) => _feed.Dotnet(Folder, Path.Combine(folder, "Fresh.dll"));
}
