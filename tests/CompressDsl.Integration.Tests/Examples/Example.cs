using System.Diagnostics;
using System.Reflection;
using System.Text.Json;

namespace CompressDsl.Integration.Tests.Examples;

/// <summary>An example's program, as it was built, and a folder of its own to work in.</summary>
internal sealed class Example(string name) : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory(name);

    public string this[string file] => Path.Combine(_folder.FullName, file);

    public void Dispose() => _folder.Delete(recursive: true);

    /// <summary>Runs a command that must succeed, and returns what it wrote to <c>--json</c>.</summary>
    public JsonElement Figures(params string[] arguments)
    {
        var (exitCode, output) = Run([.. arguments, "--json", this["figures.json"]]);
        Assert.True(exitCode == 0, output);
        return JsonDocument.Parse(File.ReadAllText(this["figures.json"])).RootElement;
    }

    /// <summary>Runs a command that must fail, without a stack trace, and returns what it said.</summary>
    public string Error(params string[] arguments)
    {
        var (exitCode, output) = Run(arguments);
        Assert.Equal(1, exitCode);
        Assert.DoesNotContain("   at ", output, StringComparison.Ordinal);
        return output;
    }

    public (int ExitCode, string Output) Run(params string[] arguments)
    {
        using var process = Start(arguments);
        var errors = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, output + errors.Result);
    }

    public Process Start(params string[] arguments)
    {
        var program = Path.Combine(Metadata("RepositoryRoot"), "examples", name, "bin", Metadata("Configuration"), "net10.0", $"{name}.dll");
        var start = new ProcessStartInfo("dotnet", [program, .. arguments]) { RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["OMP_WAIT_POLICY"] = "PASSIVE"; // beside other processes, waiting threads would take the time of working ones
        start.Environment["XDG_DATA_HOME"] = this["data"]; // kernels that are timed here, between tests, are nobody else's
        return Process.Start(start)!;
    }

    private static string Metadata(string key) =>
        typeof(Example).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(data => data.Key == key).Value!;
}
