using System.Reflection;
using System.Runtime.CompilerServices;

namespace CompressDsl.Generators.Tests;

/// <summary>
/// Compares generated files with the <c>*.verified.cs</c> beside the tests, as Verify does, and compiles the verified text in place of the
/// generated one: what is accepted is code that works.
/// </summary>
/// <remarks>
/// A difference leaves a <c>*.received.cs</c> beside the file. <c>COMPRESSDSL_ACCEPT=1</c> accepts what is received, except where CI is set:
/// there a snapshot is what a person accepted, or the test fails.
/// </remarks>
internal static class Snapshot
{
    private static readonly string Directory = typeof(Snapshot).Assembly
        .GetCustomAttributes<AssemblyMetadataAttribute>()
        .Single(static metadata => metadata.Key == "SnapshotDirectory").Value!;

    public static void Verify(string source, [CallerMemberName] string test = "")
        => Verify(source, Directory, test, Environment.GetEnvironmentVariable);

    internal static void Verify(string source, string directory, string test, Func<string, string?> environment)
    {
        var accepts = environment("COMPRESSDSL_ACCEPT") == "1" && string.IsNullOrEmpty(environment("CI"));
        var compilation = Consumer.Compile(source);
        var generated = Consumer.Generate(compilation);
        var expected = System.IO.Directory.GetFiles(directory, test + "#*.verified.cs").Select(Path.GetFileName).ToHashSet();
        var failures = new List<string>();

        foreach (var (hintName, text) in generated)
        {
            var stem = Path.Combine(directory, $"{test}#{hintName.Replace(".g.cs", "")}");
            var (verified, received) = (stem + ".verified.cs", stem + ".received.cs");
            expected.Remove(Path.GetFileName(verified));

            if (File.Exists(verified) && Normalize(File.ReadAllText(verified)) == text)
            {
                File.Delete(received);
                compilation = compilation.AddSyntaxTrees(Consumer.Parse(File.ReadAllText(verified), hintName));
            }
            else if (accepts)
            {
                File.WriteAllText(verified, text);
                compilation = compilation.AddSyntaxTrees(Consumer.Parse(text, hintName));
            }
            else
            {
                File.WriteAllText(received, text);
                failures.Add($"{Path.GetFileName(verified)} {(File.Exists(verified) ? "differs from" : "is missing; generated was")} {Path.GetFileName(received)}");
            }
        }

        failures.AddRange(expected.Select(static name => $"{name} was not generated"));
        Assert.True(failures.Count == 0, string.Join(Environment.NewLine, failures) + Environment.NewLine + "COMPRESSDSL_ACCEPT=1 accepts, outside of CI.");
        Consumer.AssertCompiles(compilation);
    }

    // Git may check the file out with CRLF; the generator always writes LF.
    private static string Normalize(string text) => text.Replace("\r\n", "\n");
}
