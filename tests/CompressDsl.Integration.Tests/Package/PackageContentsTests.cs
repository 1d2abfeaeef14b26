using System.IO.Compression;
using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;
using System.Text;
using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace CompressDsl.Integration.Tests.Package;

[Collection(nameof(LocalFeed))]
public sealed partial class PackageContentsTests(LocalFeed feed)
{
    private static readonly string[] CompilerParts = ["CompressDsl.Analyzers", "CompressDsl.CodeFixes", "CompressDsl.Generators"];

    [Fact]
    public void Package_carries_the_runtime_the_compiler_parts_and_the_build_files()
    {
        using var package = Open("CompressDsl");
        Assert.Equal(
            [
                "README.md",
                "analyzers/dotnet/cs/CompressDsl.Analyzers.dll",
                "analyzers/dotnet/cs/CompressDsl.CodeFixes.dll",
                "analyzers/dotnet/cs/CompressDsl.Generators.dll",
                "build/CompressDsl.targets",
                "buildTransitive/CompressDsl.targets",
                "buildTransitive/RelaxGlibcxx.cs",
                "buildTransitive/rules/none.globalconfig",
                "buildTransitive/rules/recommended.globalconfig",
                "buildTransitive/rules/strict.globalconfig",
                "icon.png",
                "lib/net10.0/CompressDsl.dll",
                "lib/net10.0/CompressDsl.xml",
            ],
            Files(package));
    }

    [Fact]
    public void Templates_carry_no_library()
    {
        using var package = Open("CompressDsl.Templates");
        Assert.Equal(
            [
                "README.md",
                "content/compressdsl/.template.config/dotnetcli.host.json",
                "content/compressdsl/.template.config/template.json",
                "content/compressdsl/Classifier.cs",
                "content/compressdsl/Company.Compressed1.csproj",
                "content/compressdsl/Program.cs",
                "content/compressdsl/Spirals.cs",
                "content/compressdsl/Student.cs",
                "icon.png",
            ],
            Files(package));
        Assert.Equal("Template", Nuspec(package, "CompressDsl.Templates").Descendants().Single(element => element.Name.LocalName == "packageType").Attribute("name")?.Value);
    }

    [Theory]
    [InlineData("CompressDsl")]
    [InlineData("CompressDsl.Templates")]
    public void Package_says_what_it_is_and_where_it_comes_from(string id)
    {
        using var package = Open(id);
        var metadata = Nuspec(package, id).Root!.Elements().First().Elements().ToDictionary(element => element.Name.LocalName);
        Assert.Equal("MIT", metadata["license"].Value);
        Assert.Equal("icon.png", metadata["icon"].Value);
        Assert.Equal("README.md", metadata["readme"].Value);
        Assert.Equal("https://github.com/compressdsl/compressdsl", metadata["projectUrl"].Value);
        Assert.Equal("https://github.com/compressdsl/compressdsl", metadata["repository"].Attribute("url")?.Value);
        Assert.NotEmpty(metadata["description"].Value);
    }

    [Theory]
    [InlineData("CompressDsl")]
    [InlineData("CompressDsl.Templates")]
    public void Links_of_the_readme_lead_somewhere_from_a_page_of_the_feed_too(string id)
    {
        using var package = Open(id);
        var readme = Text(package, "README.md");
        Assert.Empty(RelativeLinks().Matches(readme).Select(match => match.Value));

        // Each leads to a file of this repository.
        var links = RepositoryLinks().Matches(readme).Select(match => match.Groups[1].Value).ToList();
        Assert.NotEmpty(links);
        Assert.All(links, link => Assert.True(Path.Exists(Path.Combine(LocalFeed.Metadata("RepositoryRoot"), link)), link));
    }

    [Fact]
    public void Properties_that_a_project_can_set_are_in_the_readme()
    {
        using var package = Open("CompressDsl");
        var readme = Text(package, "README.md");
        var properties = Files(package).Where(name => name.EndsWith(".targets", StringComparison.Ordinal))
            .SelectMany(name => Properties().Matches(Text(package, name))).Select(match => match.Groups[1].Value).Distinct().ToList();
        Assert.NotEmpty(properties);
        Assert.All(properties, property => Assert.Contains($"| `{property}` |", readme, StringComparison.Ordinal));
    }

    [Fact]
    public void Symbols_are_those_of_the_library()
    {
        using var package = Open("CompressDsl");
        using var symbols = ZipFile.OpenRead(feed.PathOf("CompressDsl", ".snupkg"));
        Assert.Equal(["lib/net10.0/CompressDsl.pdb"], Files(symbols));

        using var library = new PEReader(new MemoryStream(Read(package, "lib/net10.0/CompressDsl.dll")));
        using var pdb = MetadataReaderProvider.FromPortablePdbStream(new MemoryStream(Read(symbols, "lib/net10.0/CompressDsl.pdb")));
        var entry = library.ReadDebugDirectory().Single(entry => entry.Type == DebugDirectoryEntryType.CodeView);
        var identity = new BlobContentId(pdb.GetMetadataReader().DebugMetadataHeader!.Id);
        Assert.Equal((library.ReadCodeViewDebugDirectoryData(entry).Guid, entry.Stamp), (identity.Guid, identity.Stamp));
    }

    [Fact]
    public void Libraries_are_built_deterministically_and_the_compiler_parts_carry_their_symbols()
    {
        using var package = Open("CompressDsl");
        Assert.All(CompilerParts.Select(name => $"analyzers/dotnet/cs/{name}.dll").Append("lib/net10.0/CompressDsl.dll"), name =>
        {
            using var library = new PEReader(new MemoryStream(Read(package, name)));
            var entries = library.ReadDebugDirectory().Select(entry => entry.Type).ToList();
            Assert.Contains(DebugDirectoryEntryType.Reproducible, entries);

            // Nobody has a symbol server in the compiler: an exception there (AD0001) names its line all the same.
            Assert.Equal(name.StartsWith("analyzers", StringComparison.Ordinal), entries.Contains(DebugDirectoryEntryType.EmbeddedPortablePdb));
        });
    }

    [GeneratedRegex("""(\]\(|(src|href)=")(?!https://|#)[^)"]*""")]
    private static partial Regex RelativeLinks();

    [GeneratedRegex("""https://(?:github\.com/compressdsl/compressdsl/blob|raw\.githubusercontent\.com/compressdsl/compressdsl)/main/([^)"#\s]*)""")]
    private static partial Regex RepositoryLinks();

    [GeneratedRegex(@"\$\((CompressDsl\w+)")]
    private static partial Regex Properties();

    private static IEnumerable<string> Files(ZipArchive package) => package.Entries.Select(entry => entry.FullName)
        .Where(name => !name.StartsWith('_') && !name.StartsWith("package/", StringComparison.Ordinal) && !name.StartsWith('[') && !name.EndsWith(".nuspec", StringComparison.Ordinal))
        .Order(StringComparer.Ordinal);

    private static byte[] Read(ZipArchive package, string name)
    {
        using var bytes = new MemoryStream();
        using var stream = package.GetEntry(name)!.Open();
        stream.CopyTo(bytes);
        return bytes.ToArray();
    }

    private static string Text(ZipArchive package, string name) => Encoding.UTF8.GetString(Read(package, name));

    private static XDocument Nuspec(ZipArchive package, string id)
    {
        using var stream = package.GetEntry($"{id}.nuspec")!.Open();
        return XDocument.Load(stream);
    }

    private ZipArchive Open(string id) => ZipFile.OpenRead(feed.PathOf(id));
}
