using System.Diagnostics;
using System.Reflection;
using System.Text.Json;

namespace CompressDsl.Integration.Tests.Tool;

/// <summary>The program <c>compressdsl</c> as it was built, and a folder of its own to work in.</summary>
internal sealed class ToolRun : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("compressdsl-tool");

    public string this[string file] => Path.Combine(_folder.FullName, file);

    public void Dispose() => _folder.Delete(recursive: true);

    /// <summary>Runs a command that must end with 0, or another code, and returns what it printed with <c>--json</c>.</summary>
    public JsonElement Json(int exitCode, params string[] arguments)
    {
        var (code, output, errors) = Run([.. arguments, "--json"]);
        Assert.True(exitCode == code, $"exit code {code}\n{output}\n{errors}");
        Assert.Equal("", errors);
        return JsonDocument.Parse(output).RootElement;
    }

    /// <summary>Runs a command that must succeed, and returns the plain text that it printed.</summary>
    public string Text(params string[] arguments)
    {
        var (code, output, errors) = Run(arguments);
        Assert.True(code == 0, $"exit code {code}\n{output}\n{errors}");
        Assert.Equal("", errors);
        AssertPlain(output);
        return output;
    }

    /// <summary>Runs a command that must fail with 2, without a stack trace, and returns what it said.</summary>
    public string Error(params string[] arguments)
    {
        var (code, output, errors) = Run(arguments);
        Assert.True(code == 2, $"exit code {code}\n{output}\n{errors}");
        Assert.Equal("", output);
        Assert.DoesNotContain("   at ", errors, StringComparison.Ordinal);
        AssertPlain(errors);
        return errors;
    }

    public (int ExitCode, string Output, string Errors) Run(params string[] arguments)
    {
        using var process = Start(arguments);
        var errors = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, output, errors.Result);
    }

    public static Process Start(params string[] arguments)
    {
        var program = Path.Combine(Metadata("RepositoryRoot"), "src", "CompressDsl.Tool", "bin", Metadata("Configuration"), "net10.0", "CompressDsl.Tool.dll");
        var start = new ProcessStartInfo("dotnet", [program, .. arguments]) { RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["OMP_WAIT_POLICY"] = "PASSIVE";
        start.Environment["LC_ALL"] = "de_DE.UTF-8"; // where 0.5 would be 0,5
        start.Environment["TERM"] = "xterm-256color";
        return Process.Start(start)!;
    }

    /// <summary>No colours, no borders: nothing but text.</summary>
    private static void AssertPlain(string text) =>
        Assert.DoesNotContain(text, static letter => letter is '\e' or '\r' or (>= '\u2500' and <= '\u257F'));

    private static string Metadata(string key) =>
        typeof(ToolRun).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(data => data.Key == key).Value!;
}
