using System.Text.RegularExpressions;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Text;

namespace CompressDsl.Integration.Tests.Editor;

/// <summary>Code that breaks one rule: the bad examples of the pages, each as a file of a project.</summary>
internal static partial class Mistakes
{
    /// <summary>What the examples of the pages take for granted.</summary>
    public const string Usings = """
        using CompressDsl;
        using TorchSharp;
        using TorchSharp.Modules;
        using static TorchSharp.torch;
        using static TorchSharp.torch.nn;

        """;

    // A rule with several fixes has a page with one bad example.
    private static readonly Dictionary<string, string> Others = new()
    {
        ["NameComponent"] = """
            [SemiStructured(2, 4)]
            public sealed partial class Net : Module<Tensor, Tensor>
            {
                public Linear Up { get; } = Linear(64, 64);

                public Net() : base(nameof(Net)) => RegisterComponents();

                public override Tensor forward(Tensor x) => Up.call(x);
            }
            """,
        ["KeepInField"] = """
            [SemiStructured(2, 4)]
            public sealed partial class Net(Linear up) : Module<Tensor, Tensor>(nameof(Net))
            {
                public override Tensor forward(Tensor x) => up.call(x);
            }
            """,
    };

    /// <summary>Every rule that has a page.</summary>
    public static IEnumerable<string> Ids
        => Directory.EnumerateFiles(Rules, "CDSL*.md").Select(static page => Path.GetFileNameWithoutExtension(page)).Order(StringComparer.Ordinal);

    /// <summary>Every fix that the page of a rule promises.</summary>
    public static IEnumerable<(string Id, string Fix)> Fixes
        => Ids.SelectMany(static id => FixName().Matches(FixLine().Match(Page(id)).Value).Select(name => (id, name.Groups[1].Value)));

    private static string Rules => Path.Combine(OpenedExamples.Root, "docs", "rules");

    public static string PathOfPage(string id) => Path.Combine(Rules, id + ".md");

    /// <summary>A file that breaks a rule.</summary>
    public static string File(string id) => File(id, BadExample().Match(Page(id)).Groups[1].Value);

    /// <summary>A file that breaks a rule in a way that a fix of it can mend.</summary>
    public static string FileFor(string id, string fix) => Others.TryGetValue(fix, out var code) ? File(id, code) : File(id);

    /// <summary>The project with a file more, which an editor holds and the disk does not.</summary>
    public static Document With(this Project project, string name, string text)
        => project.AddDocument(name + ".cs", SourceText.From(text), filePath: Path.Combine(Path.GetDirectoryName(project.FilePath)!, name + ".cs"));

    private static string File(string id, string code) => $"{Usings}\nnamespace Mistakes.{id};\n\n{code}\n";

    private static string Page(string id) => System.IO.File.ReadAllText(PathOfPage(id)).ReplaceLineEndings("\n");

    [GeneratedRegex(@"(?<=\n## Bad\n\n```csharp\n)(.*?)(?=\n```\n)", RegexOptions.Singleline)]
    private static partial Regex BadExample();

    [GeneratedRegex(@"\n\| Code fix \|.*")]
    private static partial Regex FixLine();

    [GeneratedRegex(@"`(\w+)`\)")]
    private static partial Regex FixName();
}
