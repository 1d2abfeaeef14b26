using CompressDsl.Remembering;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace CompressDsl.Generators.Tests;

/// <summary>What is remembered from one keystroke to the next is what would be read anew.</summary>
public sealed class RememberedTests
{
    private static readonly string[] Project =
    [
        """
        global using CompressDsl;
        global using TorchSharp;
        global using TorchSharp.Modules;
        global using static TorchSharp.torch;
        global using static TorchSharp.torch.nn;
        """,
        """
        namespace Models;

        public sealed partial class Block : Base
        {
            [PruneChannels(0.5)] private readonly Linear up = Linear(Sizes.Width, 64);
            private readonly Linear down = Linear(64, Sizes.Width);
            private readonly Middle middle = new();
            public override Tensor forward(Tensor x) => down.call(middle.call(up.call(x)));
        }
        """,
        """
        namespace Models;

        [DistillFrom(typeof(Teacher))]
        public sealed partial class Student() : Module<Tensor, Tensor>("Student")
        {
            private readonly Linear head = Linear(8, Sizes.Classes);
            public override Tensor forward(Tensor x) => head.call(x);
        }
        """,
        """
        namespace Models;

        public abstract partial class Base() : Module<Tensor, Tensor>("Base")
        {
            private readonly Linear more = Linear(8, 8);
        }

        public sealed class Middle() : Module<Tensor, Tensor>("Middle")
        {
            private readonly ReLU activation = ReLU();
            public override Tensor forward(Tensor x) => activation.call(x);
        }
        """,
        "namespace Models; public sealed class Teacher() : Module<Tensor, Tensor>(\"Teacher\") { private readonly Linear head = Linear(16, 10); public override Tensor forward(Tensor x) => head.call(x); }",
        "namespace Models; public static class Sizes { public const int Width = 8; public const int Classes = 10; }",
        "namespace Others; public static class Elsewhere { public static int Value => 1; }",
    ];

    /// <summary>The edit, the text that goes, the text that comes; and whether something else is generated then.</summary>
    public static TheoryData<string, string, string, bool> Edits => new()
    {
        { "a number in another file", "Value => 1", "Value => 2", false },
        { "a type in another file", "public static class Elsewhere", "public enum Kind { A } public static class Elsewhere", false },
        { "a type with a name that is mentioned, out of sight", "public static class Elsewhere", "public class Linear { } public static class Elsewhere", false },
        { "a type that hides a layer", "namespace Others; public static", "namespace Models; public class Linear; public static", true },
        { "an attribute that hides one of the language", "namespace Others; public static", "namespace Models; public class PruneChannelsAttribute(double ratio) : System.Attribute; public static", true },
        { "an alias for everybody", "namespace Others; public static", "global using Linear = Others.Elsewhere; namespace Others; public static", true },
        { "a constant in another file", "Classes = 10", "Classes = 12", true },
        { "a width that stays within the class", "Width = 8", "Width = 24", false },
        { "the forward of what is held", "activation.call(x)", "functional.softmax(activation.call(x), -1)", true },
        { "an attribute in the base class", "private readonly Linear more", "[KeepDense] private readonly Linear more", true },
        { "the teacher's classes", "Linear(16, 10)", "Linear(16, 12)", true },
        { "the teacher's inputs", "Teacher() : Module<Tensor, Tensor>", "Teacher() : Module<Tensor, Tensor, Tensor>", true },
        { "another part of an annotated class", "namespace Others; public static", "namespace Models; partial class Block { [Sparsity(0.5, Purpose = Purpose.Size)] private readonly Linear third = Linear(4, 4); } public static", true },
    };

    [Theory]
    [MemberData(nameof(Edits))]
    public void What_is_generated_after_an_edit_is_what_a_new_compiler_generates(string edit, string old, string @new, bool isOther)
    {
        var before = Consumer.Compile(Project);
        var driver = Consumer.CreateDriver().RunGenerators(before);
        var first = TextsOf(driver);
        var tree = Array.FindIndex(Project, source => source.Contains(old, StringComparison.Ordinal));
        Assert.True(tree >= 0, $"'{edit}' changes nothing: '{old}' is not there.");
        var after = before.ReplaceSyntaxTree(before.SyntaxTrees[tree], Consumer.Parse(Project[tree].Replace(old, @new, StringComparison.Ordinal), $"File{tree}.cs"));

        driver = driver.RunGenerators(after);

        Assert.Equal(TextsOf(Consumer.CreateDriver().RunGenerators(after)), TextsOf(driver));
        Assert.Equal(isOther, !first.SequenceEqual(TextsOf(driver)));
        Assert.Equal(first, TextsOf(driver.RunGenerators(before)));
    }

    [Fact]
    public void Nothing_is_read_again_for_an_edit_that_changes_no_name_and_no_file_behind_it()
    {
        var generator = new CountingGenerator();
        var compilation = Consumer.Compile(Project);
        GeneratorDriver driver = CSharpGeneratorDriver.Create([generator.AsSourceGenerator()], parseOptions: Consumer.ParseOptions);

        Assert.Equal(["Block"], ReadAfter(0, "namespace", "namespace"));
        Assert.Empty(ReadAfter(6, "Value => 1", "Value => 2"));
        Assert.Empty(ReadAfter(6, "Value => 2", "Value => 2; public class Inner"));
        Assert.Empty(ReadAfter(4, "Linear(16, 10)", "Linear(16, 12)"));
        Assert.Equal(["Block"], ReadAfter(5, "Width = 8", "Width = 9"));
        Assert.Equal(["Block"], ReadAfter(6, "public class Inner", "public static void Sees(this int everybody) { } public class Inner"));

        IReadOnlyList<string> ReadAfter(int file, string old, string @new)
        {
            var tree = compilation.SyntaxTrees[file];
            compilation = compilation.ReplaceSyntaxTree(tree, Consumer.Parse(tree.ToString().Replace(old, @new, StringComparison.Ordinal), tree.FilePath));
            generator.Read.Clear();
            driver = driver.RunGenerators(compilation);
            return [.. generator.Read];
        }
    }

    private static IReadOnlyList<(string, string)> TextsOf(GeneratorDriver driver)
    {
        var result = driver.GetRunResult().Results.Single();
        Assert.Null(result.Exception);
        return [.. result.GeneratedSources.Select(static source => (source.HintName, source.SourceText.ToString())).Order()];
    }

    private sealed class CountingGenerator : IIncrementalGenerator
    {
        public List<string> Read { get; } = [];

        public void Initialize(IncrementalGeneratorInitializationContext context)
        {
            var names = context.SyntaxProvider.ForAttributeWithMetadataName(
                KnownNames.PruneChannelsAttribute,
                static (node, _) => node is VariableDeclaratorSyntax,
                new Remembered<string>((found, _) =>
                {
                    Read.Add(found.TargetSymbol.ContainingType.Name);
                    return found.TargetSymbol.Name;
                }).Read);
            context.RegisterSourceOutput(names, static (output, name) => output.AddSource(name, ""));
        }
    }
}
