using System.Diagnostics;
using System.Reflection;
using System.Text;
using System.Text.Json;

namespace CompressDsl.Integration.Tests.Examples;

/// <summary>The main job, as a newcomer types it.</summary>
public sealed class QuickstartTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("quickstart");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public void QuickRun_WritesEveryFigure()
    {
        var json = Path.Combine(_folder.FullName, "figures.json");

        var (exitCode, output) = Run("--quick", "--json", json);

        Assert.True(exitCode == 0, output);
        Assert.Contains("What it costs and what it wins", output, StringComparison.Ordinal);
        AssertFigures(json);
    }

    [Fact]
    public void QuickRun_OnOtherText_TeachesTheTeacherFirst()
    {
        var (text, json) = (Path.Combine(_folder.FullName, "corpus.txt"), Path.Combine(_folder.FullName, "figures.json"));
        File.WriteAllText(text, Babble(120_000));

        var (exitCode, output) = Run("--quick", "--corpus", text, "--json", json);

        Assert.True(exitCode == 0, output);
        Assert.Contains("teacher learns the corpus", output, StringComparison.Ordinal);
        AssertFigures(json);
    }

    [Theory]
    [InlineData("--corpus", "no-such-folder", "no-such-folder")]
    [InlineData("--teacher", "no-such.safetensors", "no-such.safetensors")]
    [InlineData("--json", "no-such-folder/figures.json", "no-such-folder")]
    public void WrongPath_IsNamed_BeforeAnyWork(string option, string value, string named)
    {
        var (exitCode, output) = Run("--quick", option, value);

        Assert.Equal(1, exitCode);
        Assert.Contains(named, output, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", output, StringComparison.Ordinal);
    }

    [Fact]
    public void Help_NamesEveryOption()
    {
        var (exitCode, output) = Run("--help");

        Assert.Equal(0, exitCode);
        Assert.All(["--quick", "--json", "--corpus", "--teacher", "train-teacher"], name => Assert.Contains(name, output, StringComparison.Ordinal));
    }

    private static void AssertFigures(string path)
    {
        var root = JsonDocument.Parse(File.ReadAllText(path)).RootElement;
        var dense = root.GetProperty("dense");
        var pruned = root.GetProperty("pruned").EnumerateArray().ToArray();
        var student = root.GetProperty("student");

        foreach (var figures in pruned.Append(dense).Append(root.GetProperty("recovered")))
        {
            Assert.InRange(figures.GetProperty("bitsPerByte").GetDouble(), 0.1, 20);
            Assert.True(figures.GetProperty("tokensPerSecond").GetDouble() > 0);
            Assert.True(figures.GetProperty("bytes").GetInt64() > 0);
        }

        // What a look at the pattern must give, however short the run: more pruned is worse, and CSR changes the storage, not the numbers.
        double Bits(string method, string pattern) => pruned
            .Single(row => row.GetProperty("method").GetString() == method && row.GetProperty("pattern").GetString() == pattern)
            .GetProperty("bitsPerByte").GetDouble();
        Assert.True(Bits("magnitude", "50%") < Bits("magnitude", "70%"));
        Assert.True(Bits("magnitude", "70%") < Bits("magnitude", "90%"));
        Assert.True(Bits("magnitude", "2:4") < Bits("magnitude", "70%"));
        Assert.Equal(Bits("magnitude", "90%"), Bits("magnitude, csr", "90%"), 3);
        Assert.True(Bits("sparsegpt", "70%") < Bits("magnitude", "70%"));
        Assert.True(Bits("alps", "70%") < Bits("sparsegpt", "70%"));

        // Wanda counts in every row.
        Assert.All(pruned, static row => Assert.InRange(
            row.GetProperty("sparsity").GetDouble() - row.GetProperty("pattern").GetString() switch { "70%" => 0.7, "90%" => 0.9, _ => 0.5 }, -0.005, 0.0005));

        Assert.InRange(student.GetProperty("distilled").GetProperty("bitsPerByte").GetDouble(), 0.1, 20);
        Assert.InRange(student.GetProperty("fromLabels").GetProperty("bitsPerByte").GetDouble(), 0.1, 20);
        Assert.True(student.GetProperty("parameters").GetInt64() < 0.6 * student.GetProperty("teacherParameters").GetInt64());
        Assert.True(student.GetProperty("speedup").GetDouble() > 0);
        Assert.True(root.GetProperty("seconds").GetDouble() > 0);
    }

    /// <summary>Text with something to learn in it, the same every time.</summary>
    private static string Babble(int length)
    {
        string[] words = ["the", "network", "layer", "prunes", "a", "small", "weight", "and", "learns", "from", "its", "teacher", "slowly", "."];
        var random = new Random(1);
        var text = new StringBuilder();

        while (text.Length < length)
        {
            text.Append(words[random.Next(words.Length)]).Append(random.Next(12) == 0 ? '\n' : ' ');
        }

        return text.ToString();
    }

    private static (int ExitCode, string Output) Run(params string[] arguments)
    {
        var program = Path.Combine(Metadata("RepositoryRoot"), "examples/Quickstart/bin", Metadata("Configuration"), "net10.0/Quickstart.dll");
        using var process = Process.Start(new ProcessStartInfo("dotnet", [program, .. arguments]) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        var errors = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();

        return (process.ExitCode, output + errors.Result);
    }

    private static string Metadata(string key)
        => typeof(QuickstartTests).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(data => data.Key == key).Value!;
}
