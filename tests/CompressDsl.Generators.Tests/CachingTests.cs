using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace CompressDsl.Generators.Tests;

/// <summary>Every edit has the run reason that it must give: a keystroke elsewhere costs nothing.</summary>
public sealed class CachingTests
{
    private const string Net = Consumer.Usings + """
        public sealed partial class Net : Module<Tensor, Tensor>
        {
            [Sparsity(0.5)] private readonly Linear up = Linear(8, 8);
            [KeepDense] private readonly Linear down = Linear(8, 8);
            public Net() : base("Net") => RegisterComponents();
            public override Tensor forward(Tensor x) => down.call(up.call(x));
        }

        public sealed class Teacher() : Module<Tensor, Tensor>("Teacher")
        {
            public override Tensor forward(Tensor x) => x;
        }

        [DistillFrom(typeof(Teacher), T = 4)]
        public sealed partial class Student() : Module<Tensor, Tensor>("Student")
        {
            public override Tensor forward(Tensor x) => x;
        }
        """;

    private const string Other = "public sealed class Elsewhere { public int Value => 1; }";

    /// <summary>The edit, the text that goes, the text that comes, and the reasons of the two steps and of their outputs.</summary>
    public static TheoryData<string, string, string, IncrementalStepRunReason, IncrementalStepRunReason> Edits => new()
    {
        { "nothing", "", "", IncrementalStepRunReason.Cached, IncrementalStepRunReason.Cached },
        { "another file", "Value => 1", "Value => 2", IncrementalStepRunReason.Cached, IncrementalStepRunReason.Cached },
        { "a new type in another file", "public sealed class Elsewhere", "public enum New { A } public sealed class Elsewhere", IncrementalStepRunReason.Cached, IncrementalStepRunReason.Cached },
        { "a comment", "Linear up =", "Linear /* wide */ up =", IncrementalStepRunReason.Cached, IncrementalStepRunReason.Cached },
        { "a line further down", "public sealed partial class Net", "\n\npublic sealed partial class Net", IncrementalStepRunReason.Cached, IncrementalStepRunReason.Cached },
        { "the body of forward", "down.call(up.call(x))", "down.call(up.call(x)).relu()", IncrementalStepRunReason.Cached, IncrementalStepRunReason.Cached },
        { "the size of a layer", "up = Linear(8, 8)", "up = Linear(8, 16)", IncrementalStepRunReason.Cached, IncrementalStepRunReason.Cached },
        { "an option that is the default", "[Sparsity(0.5)]", "[Sparsity(0.5, Purpose = Purpose.Speed)]", IncrementalStepRunReason.Cached, IncrementalStepRunReason.Cached },
        { "a scope that the criterion has anyway", "[Sparsity(0.5)]", "[Sparsity(0.5, Scope = Scope.PerLayer)]", IncrementalStepRunReason.Cached, IncrementalStepRunReason.Cached },
        { "a schedule added", "[Sparsity(0.5)]", "[Sparsity(0.5), Gradual]", IncrementalStepRunReason.Modified, IncrementalStepRunReason.Cached },
        { "a schedule that stands alone", "[KeepDense] private", "[Gradual] private", IncrementalStepRunReason.Removed, IncrementalStepRunReason.Cached },
        { "a ratio", "[Sparsity(0.5)]", "[Sparsity(0.6)]", IncrementalStepRunReason.Modified, IncrementalStepRunReason.Cached },
        { "a renamed member", "Linear down =", "Linear low =", IncrementalStepRunReason.Modified, IncrementalStepRunReason.Cached },
        { "an attribute added on the class", "public sealed partial class Net", "[Sparsity(0.9)] public sealed partial class Net", IncrementalStepRunReason.Modified, IncrementalStepRunReason.Cached },
        { "a structure attribute added on the class", "public sealed partial class Net", "[PruneHidden(0.5)] public sealed partial class Net", IncrementalStepRunReason.Removed, IncrementalStepRunReason.Cached },
        { "a structure attribute added on a member", "[Sparsity(0.5)]", "[Sparsity(0.5), PruneChannels(Keep = 4)]", IncrementalStepRunReason.Modified, IncrementalStepRunReason.Cached },
        { "an error in a structure attribute", "[Sparsity(0.5)]", "[Sparsity(0.5), PruneChannels]", IncrementalStepRunReason.Removed, IncrementalStepRunReason.Cached },
        { "an error", "[Sparsity(0.5)]", "[Sparsity(1.5)]", IncrementalStepRunReason.Removed, IncrementalStepRunReason.Cached },
        { "a temperature", "T = 4", "T = 5", IncrementalStepRunReason.Cached, IncrementalStepRunReason.Modified },
        { "a parameter of the student renamed", "Module<Tensor, Tensor>(\"Student\")\n{\n    public override Tensor forward(Tensor x) => x", "Module<Tensor, Tensor>(\"Student\")\n{\n    public override Tensor forward(Tensor y) => y", IncrementalStepRunReason.Cached, IncrementalStepRunReason.Modified },
        { "the student's attribute gone", "[DistillFrom(typeof(Teacher), T = 4)]", "", IncrementalStepRunReason.Cached, IncrementalStepRunReason.Removed },
    };

    [Theory]
    [MemberData(nameof(Edits))]
    public void Edit_RunsOnlyWhatItMust(string edit, string old, string @new, IncrementalStepRunReason compression, IncrementalStepRunReason distillation)
    {
        AssertReasons(edit, [Net.Replace("\r\n", "\n"), Other], old, @new, compression, distillation);
    }

    private static GeneratorRunResult AssertReasons(
        string edit, string[] sources, string old, string @new, IncrementalStepRunReason compression, IncrementalStepRunReason? distillation)
    {
        var before = Consumer.Compile(sources);
        var driver = Consumer.CreateDriver().RunGenerators(before);
        var after = before;

        if (old.Length > 0)
        {
            var index = Array.FindIndex(sources, source => source.Contains(old, StringComparison.Ordinal));
            Assert.True(index >= 0, $"'{edit}' changes nothing: '{old}' is not there.");
            var tree = before.SyntaxTrees[index];
            after = before.ReplaceSyntaxTree(tree, tree.WithChangedText(Microsoft.CodeAnalysis.Text.SourceText.From(sources[index].Replace(old, @new))));
        }

        var result = driver.RunGenerators(after).GetRunResult().Results.Single();

        Assert.Equal(compression, ReasonOf(result, CompressDslGenerator.CompressionStep));
        Assert.Equal(distillation ?? ReasonOf(result, CompressDslGenerator.DistillationStep), ReasonOf(result, CompressDslGenerator.DistillationStep));

        return result;
    }

    private const string Channels = Consumer.Usings + """
        public sealed partial class Net : Module<Tensor, Tensor>
        {
            [PruneChannels(0.5)] private readonly Linear up = Linear(8, 8);
            private readonly Linear down = Linear(8, 8);
            private readonly Inner inner = new();
            public Net() : base("Net") => RegisterComponents();
            public override Tensor forward(Tensor x) => down.call(inner.call(up.call(x)));
        }
        """;

    private const string Inner = Consumer.Usings + """
        public sealed class Inner() : Module<Tensor, Tensor>("Inner")
        {
            private readonly Dropout dropout = Dropout();
            public override Tensor forward(Tensor x) => dropout.call(x);
        }
        """;

    /// <summary>Of a class whose channels are followed: what changes them counts, wherever it stands.</summary>
    public static TheoryData<string, string, string, IncrementalStepRunReason> ChannelEdits => new()
    {
        { "another file", "Value => 1", "Value => 2", IncrementalStepRunReason.Cached },
        { "a line further down", "public sealed partial class Net", "\n\npublic sealed partial class Net", IncrementalStepRunReason.Cached },
        { "a comment in forward", "down.call(inner", "down.call(/* inner */ inner", IncrementalStepRunReason.Cached },
        { "a function that leaves channels alone", "up.call(x)", "up.call(x).relu()", IncrementalStepRunReason.Cached },
        { "another layer in forward", "inner.call(up.call(x))", "up.call(x)", IncrementalStepRunReason.Modified },
        { "the forward of what is called", "dropout.call(x)", "functional.softmax(dropout.call(x), -1)", IncrementalStepRunReason.Modified },
        { "a method beside the forward of what is called", "private readonly Dropout", "public int Other => 1; private readonly Dropout", IncrementalStepRunReason.Cached },
        { "the size of a layer", "up = Linear(8, 8)", "up = Linear(4, 8)", IncrementalStepRunReason.Modified },
        { "an error in the sizes", "up = Linear(8, 8)", "up = Linear(8, 16)", IncrementalStepRunReason.Removed },
    };

    [Theory]
    [MemberData(nameof(ChannelEdits))]
    public void EditOfWhatIsFollowed_RunsOnlyWhatItMust(string edit, string old, string @new, IncrementalStepRunReason compression)
        => AssertReasons(edit, [Channels, Inner, Other], old, @new, compression, null);

    private const string Fused = Consumer.Usings + """
        [Sparsity(0.5, Kernel = SparseKernel.Bitmask)]
        public sealed partial class Net : Module<Tensor, Tensor>
        {
            private readonly SparseLinear up = new(8, 8);
            public Net() : base("Net") => RegisterComponents();
            public override Tensor forward(Tensor x) => up.call(x).relu();
        }
        """;

    /// <summary>Of a class with calls that are replaced: the edit, and the reasons of what is read as ever and of the calls, whose places change with their file.</summary>
    public static TheoryData<string, string, string, IncrementalStepRunReason, IncrementalStepRunReason> FusionEdits => new()
    {
        { "nothing", "", "", IncrementalStepRunReason.Cached, IncrementalStepRunReason.Cached },
        { "another file", "Value => 1", "Value => 2", IncrementalStepRunReason.Cached, IncrementalStepRunReason.Cached },
        { "a comment", "SparseLinear up", "SparseLinear /* wide */ up", IncrementalStepRunReason.Cached, IncrementalStepRunReason.Modified },
        { "another activation", "relu()", "silu()", IncrementalStepRunReason.Cached, IncrementalStepRunReason.Modified },
        { "no activation", ".relu()", "", IncrementalStepRunReason.Cached, IncrementalStepRunReason.Removed },
        { "an error", "Sparsity(0.5", "Sparsity(1.5", IncrementalStepRunReason.Removed, IncrementalStepRunReason.Removed },
    };

    [Theory]
    [MemberData(nameof(FusionEdits))]
    public void EditBesideReplacedCalls_RunsOnlyWhatItMust(string edit, string old, string @new, IncrementalStepRunReason compression, IncrementalStepRunReason fusion)
        => Assert.Equal(fusion, ReasonOf(AssertReasons(edit, [Fused, Other], old, @new, compression, null), CompressDslGenerator.FusionStep));

    [Fact]
    public void EditElsewhere_WritesNoFileAgain()
    {
        var before = Consumer.Compile(Net + Fused.Replace(Consumer.Usings, "").Replace("Net", "Fused"), Other);
        var driver = Consumer.CreateDriver().RunGenerators(before);
        var tree = before.SyntaxTrees[1];
        var after = before.ReplaceSyntaxTree(tree, CSharpSyntaxTree.ParseText("class Other;", Consumer.ParseOptions, tree.FilePath));

        var outputs = driver.RunGenerators(after).GetRunResult().Results.Single().TrackedOutputSteps.SelectMany(static step => step.Value).SelectMany(static step => step.Outputs);

        Assert.NotEmpty(outputs);
        Assert.All(outputs, static output => Assert.Equal(IncrementalStepRunReason.Cached, output.Reason));
    }

    // One class of each kind: the strongest of its reasons is that of the edit (an attribute that moves is removed here and new there).
    private static IncrementalStepRunReason ReasonOf(GeneratorRunResult result, string step)
    {
        var reasons = result.TrackedSteps.TryGetValue(step, out var runs) ? runs.SelectMany(static run => run.Outputs).Select(static output => output.Reason).ToArray() : [];
        IncrementalStepRunReason[] strongestFirst =
            [IncrementalStepRunReason.Removed, IncrementalStepRunReason.Modified, IncrementalStepRunReason.New, IncrementalStepRunReason.Unchanged];

        return strongestFirst.Where(reasons.Contains).DefaultIfEmpty(IncrementalStepRunReason.Cached).First();
    }
}
