using System.Globalization;
using System.Text.RegularExpressions;

namespace CompressDsl.Integration.Tests.Package;

[Collection(nameof(LocalFeed))]
public sealed partial class TemplateTests(LocalFeed feed, TemplateHive hive) : IClassFixture<TemplateHive>
{
    [Fact]
    public void New_project_builds_without_warnings_and_makes_a_model_smaller_that_stays_good()
    {
        // A name that is no name of a namespace.
        hive.New("compressdsl", "-o", "Small-Model");
        feed.Dotnet("Small-Model", "build", "--no-restore", "-warnaserror");
        var output = feed.Dotnet("Small-Model", "bin/Debug/net10.0/Small-Model.dll");

        var right = Right().Matches(output).ToDictionary(match => match.Groups[1].Value, match => double.Parse(match.Groups[2].Value, CultureInfo.InvariantCulture));
        Assert.Equal(["dense", "pruned", "trained on", "student"], right.Keys);
        Assert.All(right.Where(static model => model.Key != "pruned"), model => Assert.True(model.Value > 90, $"{model.Key}: {model.Value}% right"));
        Assert.Contains("80.0%", output, StringComparison.Ordinal);

        // A fifth of 512 x 512 numbers and a bit for each of all, and little beside them.
        Assert.InRange(Size("classifier"), 240_000, 270_000);
        Assert.InRange(Size("student"), 10_000, 12_000);
    }

    [Theory]
    [InlineData("cpu", "TorchSharp-cpu")]
    [InlineData("cuda", "TorchSharp-cuda-linux")]
    public void Backend_decides_the_package(string backend, string package)
    {
        hive.New("compressdsl", "-o", $"On-{backend}", "--backend", backend, "--framework", "net10.0", "--no-restore");

        var project = File.ReadAllText(Path.Combine(feed.Folder, $"On-{backend}", $"On-{backend}.csproj"));
        Assert.Equal(
            [$"""<PackageReference Include="CompressDsl" Version="{feed.Version}" />""", $"""<PackageReference Include="{package}" Version="{FreshProject.TorchSharpVersion}" />"""],
            References().Matches(project).Select(match => match.Value));
    }

    [GeneratedRegex(@"^([\w ]+): ([\d.]+) ?% right", RegexOptions.Multiline)]
    private static partial Regex Right();

    [GeneratedRegex("<PackageReference .*")]
    private static partial Regex References();

    private long Size(string model) => new FileInfo(Path.Combine(feed.Folder, "Small-Model", $"{model}.safetensors")).Length;
}
