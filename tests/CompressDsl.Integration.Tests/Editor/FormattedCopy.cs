using CompressDsl.Integration.Tests.Package;

namespace CompressDsl.Integration.Tests.Editor;

/// <summary>A copy of an example outside of this repository, with mistakes in it, after <c>dotnet format analyzers</c> went over it once; it has the library from the package, as anybody's project.</summary>
public sealed class FormattedCopy
{
    private const string Folder = "formatted";

    private readonly LocalFeed _feed;

    public FormattedCopy(LocalFeed feed)
    {
        _feed = feed;
        Ids = [.. Mistakes.Fixes.Select(static promised => promised.Id).Distinct()];

        foreach (var (file, text) in Original)
        {
            Write(file, text);
        }

        foreach (var id in Ids)
        {
            Write(id + ".cs", Mistakes.File(id));
        }

        Write("Models.csproj", $"""
            <Project Sdk="Microsoft.NET.Sdk">
              <PropertyGroup>
                <TargetFramework>net10.0</TargetFramework>
                <Nullable>enable</Nullable>
                <ImplicitUsings>enable</ImplicitUsings>
              </PropertyGroup>
              <ItemGroup>
                <PackageReference Include="CompressDsl" Version="{feed.Version}" />
              </ItemGroup>
            </Project>
            """);
        feed.Dotnet(Folder, "restore");
        feed.Dotnet(Folder, ["format", "analyzers", "--no-restore", "--severity", "info", "--diagnostics", .. Ids]);
    }

    /// <summary>The rules that have a fix.</summary>
    public IReadOnlyList<string> Ids { get; }

    /// <summary>The files of the example, by their place in it.</summary>
    public static IReadOnlyDictionary<string, string> Original { get; } = Directory.EnumerateFiles(Models, "*.cs")
        .Concat(Directory.EnumerateFiles(Path.Combine(Models, "Gpt2"), "*.cs"))
        .ToDictionary(static file => Path.GetRelativePath(Models, file), File.ReadAllText);

    private static string Models => Path.Combine(OpenedExamples.Root, "examples/Models");

    public string Read(string file) => File.ReadAllText(Path.Combine(_feed.Folder, Folder, file));

    public string Build() => _feed.Dotnet(Folder, "build", "--no-restore");

    private void Write(string file, string text) => _feed.Write(Path.Combine(Folder, file), text);
}
