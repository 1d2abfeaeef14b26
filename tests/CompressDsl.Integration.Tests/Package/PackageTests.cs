using System.IO.Compression;

namespace CompressDsl.Integration.Tests.Package;

[Collection(nameof(LocalFeed))]
public sealed class PackageTests(FreshProject project) : IClassFixture<FreshProject>
{
    private const string Off = "-p:CompressDslRelaxGlibcxx=false";

    [Fact]
    public void Built_project_runs_generated_code_hears_the_analyzers_and_gets_the_original_back_where_it_asks_for_it()
    {
        var output = project.Build("--no-incremental");
        Assert.Contains("warning CDSL2001", output, StringComparison.Ordinal);
        Assert.Equal("CompressDsl 16 of 32, made: 1", project.Run(project.BuildFolder).Trim());
        AssertRelaxed(project.BuildFolder);

        project.Build(Off);
        AssertOriginal(project.BuildFolder);
        project.Build();
        AssertRelaxed(project.BuildFolder);
    }

    [Fact]
    public void Activations_are_fused_unless_the_project_says_no()
    {
        // The compiler does not run again for a property that is given on the command line alone.
        project.Build("--no-incremental", "-p:CompressDslFuseActivations=false");
        Assert.EndsWith("made: 2", project.Run(project.BuildFolder).Trim(), StringComparison.Ordinal);

        project.Build("--no-incremental");
        Assert.EndsWith("made: 1", project.Run(project.BuildFolder).Trim(), StringComparison.Ordinal);
    }

    [Fact]
    public void Project_chooses_what_the_rules_weigh()
    {
        Assert.Contains("error CDSL2001", project.BuildInVain(With("strict")), StringComparison.Ordinal);
        Assert.DoesNotContain("CDSL2001", project.Build(With("None")), StringComparison.Ordinal);
        Assert.Contains(
            "error : CompressDslRules is 'loud'; it must be one of recommended, strict, none, or left out.",
            project.BuildInVain(With("loud")),
            StringComparison.Ordinal);

        // A folder of its own: the compiler would not run again for a property that is given on the command line alone.
        static string[] With(string preset) => ["-t:Compile", $"-p:CompressDslRules={preset}", $"-p:IntermediateOutputPath=obj/{preset}/"];
    }

    [Fact]
    public void Published_project_runs_TorchSharp_and_gets_the_original_back_where_it_asks_for_it()
    {
        project.Publish();
        Assert.Equal("CompressDsl 16 of 32, made: 1", project.Run(project.PublishFolder).Trim());
        AssertRelaxed(project.PublishFolder);

        project.Publish(Off);
        AssertOriginal(project.PublishFolder);
    }

    [Fact]
    public void File_in_the_package_cache_is_the_one_that_was_packed()
    {
        project.Build();
        using var package = ZipFile.OpenRead(Directory.GetFiles(FreshProject.TorchSharpFolder, "*.nupkg").Single());
        using var packed = new MemoryStream();
        package.Entries.Single(entry => entry.FullName.EndsWith("libLibTorchSharp.so", StringComparison.Ordinal)).Open().CopyTo(packed);
        Assert.True(packed.ToArray().AsSpan().SequenceEqual(FreshProject.OriginalLibrary));
    }

    private static void AssertOriginal(string folder) => Assert.True(FreshProject.LibraryIn(folder).AsSpan().SequenceEqual(FreshProject.OriginalLibrary));

    private static void AssertRelaxed(string folder)
    {
        var (library, original) = (FreshProject.LibraryIn(folder), FreshProject.OriginalLibrary);
        Assert.Equal(original.Length, library.Length);
        Assert.Equal([2], original.Zip(library, (before, after) => before ^ after).Where(difference => difference != 0));
    }
}
