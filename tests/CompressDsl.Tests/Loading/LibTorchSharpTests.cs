using System.Reflection;
using System.Text.Json;
using CompressDsl.Build;
using TorchSharp;

namespace CompressDsl.Tests.Loading;

/// <summary>What the build files made of this very test project: its output folder against the packages it was built from.</summary>
public sealed class LibTorchSharpTests
{
    private const string Native = "runtimes/linux-x64/native/";

    private static readonly byte[] Original = File.ReadAllBytes(Path.Combine(PackageFolder("TorchSharp/"), Native, "libLibTorchSharp.so"));

    private static readonly byte[] Copy = File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, Native, "libLibTorchSharp.so"));

    [Fact]
    public void Copy_in_the_output_folder_loads() => Assert.Equal(45, torch.arange(10).sum().item<long>());

    [Fact]
    public void Copy_differs_from_the_original_in_the_weak_flag_alone()
    {
        var at = Assert.Single(Enumerable.Range(0, Original.Length), i => Copy[i] != Original[i]);
        Assert.Equal(Original.Length, Copy.Length);
        Assert.Equal((0, 2), (Original[at], Copy[at]));
    }

    [Fact]
    public void Relaxing_the_original_gives_the_copy_and_relaxing_the_copy_changes_nothing()
    {
        var image = Original.ToArray();
        GlibcxxDemand.Relax(image);
        Assert.True(image.AsSpan().SequenceEqual(Copy));
        GlibcxxDemandTests.AssertLeftAlone(Copy, "its demand for GLIBCXX_3.4.32 is weak already");
    }

    [Theory]
    [InlineData("libc10.so")]
    [InlineData("libtorch.so")]
    [InlineData("libtorch_python.so")]
    public void Library_without_the_demand_is_left_byte_for_byte_alone(string name)
        => GlibcxxDemandTests.AssertLeftAlone(File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, Native, name)), "it does not ask for GLIBCXX_3.4.32");

    [Fact]
    public void Truncated_original_is_left_alone()
    {
        for (var length = 64; length < Original.Length; length += 7919)
        {
            GlibcxxDemandTests.AssertLeftAlone(Original[..length], "it is not a well-formed ELF file");
        }
    }

    [Fact]
    public void Damaged_original_changes_in_the_flag_or_not_at_all()
    {
        var flagsAt = Enumerable.Range(0, Original.Length).First(i => Copy[i] != Original[i]);
        var random = new Random(1);
        for (var round = 0; round < 200; round++)
        {
            var image = Original.ToArray();
            // The header, the version entries, the section table at the end, or anywhere.
            var (start, end) = new[] { (0, 64), (flagsAt - 500, flagsAt + 500), (image.Length - 31 * 64, image.Length), (0, image.Length) }[round % 4];
            for (var flip = 0; flip < 8; flip++)
            {
                image[random.Next(start, end)] = (byte)random.Next(256);
            }

            GlibcxxDemandTests.AssertAtMostTheFlag(image, flagsAt);
        }
    }

    /// <summary>The dependency file names, for each package, its folder under NuGet's root.</summary>
    private static string PackageFolder(string prefix)
    {
        var assembly = typeof(LibTorchSharpTests).Assembly;
        var root = assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(data => data.Key == "NuGetPackageRoot").Value!;
        using var dependencies = JsonDocument.Parse(File.ReadAllText(Path.ChangeExtension(assembly.Location, ".deps.json")));
        var package = dependencies.RootElement.GetProperty("libraries").EnumerateObject().Single(library => library.Name.StartsWith(prefix, StringComparison.Ordinal));
        return Path.Combine(root, package.Value.GetProperty("path").GetString()!);
    }
}
