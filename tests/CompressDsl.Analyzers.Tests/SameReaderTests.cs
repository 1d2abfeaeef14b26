using Microsoft.CodeAnalysis;
using static CompressDsl.Analyzers.Tests.Sources;

namespace CompressDsl.Analyzers.Tests;

/// <summary>The generator writes nothing exactly where an error of the catalogue stands.</summary>
public class SameReaderTests
{
    [Theory]
    [InlineData("")]
    [InlineData("[SemiStructured(2, 4)] private readonly Linear up = Linear(8, 4);")]
    [InlineData("[SemiStructured(2, 4)] private readonly Linear up = Linear(10, 4);")]
    [InlineData("[SemiStructured(4, 2)] private readonly Linear up = Linear(8, 4);")]
    [InlineData("[Sparsity(0.5)] private readonly Linear up = Linear(8, 4);")]
    [InlineData("[Sparsity(1.5)] private readonly Linear up = Linear(8, 4);")]
    [InlineData("[Sparsity(0.5, Criterion = (Criterion)77)] private readonly Linear up = Linear(8, 4);")]
    [InlineData("[Sparsity(0.5), KeepDense] private readonly Linear up = Linear(8, 4);")]
    [InlineData("[Sparsity(0.5)] private readonly Dropout up = Dropout();")]
    [InlineData("[KeepDense] private readonly Dropout up = Dropout();")]
    [InlineData("[KeepDense] private readonly List<Linear> up = [];")]
    [InlineData("[KeepDense] private static readonly Linear up = Linear(8, 4);")]
    [InlineData("[KeepDense] public Linear Up { get; set; } = Linear(8, 4);")]
    [InlineData("[KeepDense] public Linear Up { get; } = Linear(8, 4);")]
    [InlineData("[field: KeepDense] public Linear Up { get; } = Linear(8, 4);")]
    [InlineData("[field: KeepDense] public Linear Up { get; } = Linear(8, 4); [KeepDense] private readonly Linear down = Linear(8, 4);")]
    [InlineData("[Sparsity(0.5, Purpose = Purpose.Size)] private readonly Sequential<Tensor, Tensor> up = null!;")]
    [InlineData("[BlockSparsity(0.5, 4, 4)] private readonly Linear up = Linear(8, 4);")]
    [InlineData("[BlockSparsity(0.5, 4, 3)] private readonly Linear up = Linear(8, 4);")]
    [InlineData("[BlockSparsity(0.5, 3, 4)] private readonly Linear up = Linear(8, 4);")]
    [InlineData("[BlockSparsity(0.5, 0, 4)] private readonly Linear up = Linear(8, 4);")]
    [InlineData("[BlockSparsity(0.5, 1, 1)] private readonly Linear up = Linear(8, 4);")]
    [InlineData("[BlockSparsity(1, 4, 4)] private readonly Linear up = Linear(8, 4);")]
    [InlineData("[Sparsity(0.5), Gradual] private readonly Linear up = Linear(8, 4);")]
    [InlineData("[Sparsity(0.5), Gradual(Steps = 0)] private readonly Linear up = Linear(8, 4);")]
    [InlineData("[KeepDense, Gradual] private readonly Linear up = Linear(8, 4);")]
    [InlineData("[Gradual] private readonly Linear up = Linear(8, 4); [KeepDense] private readonly Linear down = Linear(8, 4);")]
    [InlineData("[Gradual] private static readonly Linear up = Linear(8, 4); [KeepDense] private readonly Linear down = Linear(8, 4);")]
    [InlineData("[field: Gradual] public Linear Up { get; } = Linear(8, 4); [KeepDense] private readonly Linear down = Linear(8, 4);")]
    [InlineData("[Sparsity(0.5, Criterion = Criterion.Wanda)] private readonly Linear up = Linear(8, 4);")]
    [InlineData("[Sparsity(0.5, Criterion = Criterion.Wanda)] private readonly Embedding up = Embedding(8, 4);")]
    [InlineData("[PruneChannels(0.5)] private readonly Linear up = Linear(8, 4);")]
    [InlineData("[PruneChannels(0.5), Sparsity(0.5)] private readonly Linear up = Linear(8, 4);")]
    [InlineData("[PruneChannels(0.5), KeepDense] private readonly Linear up = Linear(8, 4);")]
    [InlineData("[PruneChannels(Keep = 0)] private readonly Linear up = Linear(8, 4);")]
    [InlineData("[PruneChannels] private readonly Linear up = Linear(8, 4);")]
    [InlineData("[PruneChannels(0.5)] private readonly Dropout up = Dropout();")]
    [InlineData("[PruneChannels(0.5)] private static readonly Linear up = Linear(8, 4);")]
    [InlineData("[PruneLayers(Keep = 1)] private readonly ModuleList<Linear> up = [];")]
    [InlineData("[PruneLayers(Keep = 1)] private readonly Linear up = Linear(8, 4);")]
    [InlineData("[field: PruneLayers(Keep = 1)] public ModuleList<Linear> Up { get; } = [];")]
    [InlineData("[PruneLayers(0.5, Criterion = Criterion.Gate)] public ModuleList<Linear> Up { get; } = [];")]
    public async Task Member(string member)
    {
        await OutputStandsExactlyWhereNoErrorDoesAsync(Net(member), "Compression", member.Length > 0);
        await OutputStandsExactlyWhereNoErrorDoesAsync(Net(member, "public class Net"), "Compression", member.Length > 0);
        await OutputStandsExactlyWhereNoErrorDoesAsync(Net(member, "file sealed partial class Net"), "Compression", member.Length > 0);
        await OutputStandsExactlyWhereNoErrorDoesAsync($$"""public class Outer { {{Net(member)}} }""", "Compression", member.Length > 0);
        await OutputStandsExactlyWhereNoErrorDoesAsync($$"""namespace A.B { public partial record struct Outer<T> { {{Net(member)}} } }""", "Compression", member.Length > 0);
    }

    [Theory]
    [InlineData("[Sparsity(0.5)]")]
    [InlineData("[Sparsity(0)]")]
    [InlineData("[KeepDense] [Sparsity(0.5)]")]
    [InlineData("[SemiStructured(2, 4)]")]
    [InlineData("[SemiStructured(2, 3)]")]
    [InlineData("[BlockSparsity(0.5, 4, 8)]")]
    [InlineData("[BlockSparsity(0.5, 4, 3)]")]
    [InlineData("[Sparsity(0.5), Gradual(Ramp = Ramp.Linear)]")]
    [InlineData("[Sparsity(0.5), Gradual(Ramp = (Ramp)9)]")]
    [InlineData("[KeepDense, Gradual]")]
    [InlineData("[PruneHeads(0.5)]")]
    [InlineData("[PruneHeads(0.5, Query = nameof(up))]")]
    [InlineData("[PruneHeads(0.5, Query = \"qq\")]")]
    [InlineData("[PruneHidden(0.5), PruneChannels(Keep = 4), PruneHeads(0.5), Sparsity(0.5)]")]
    [InlineData("[PruneHidden(5), PruneChannels(Keep = 4)]")]
    [InlineData("[PruneHidden(0.5), KeepDense]")]
    public async Task Class(string attribute)
    {
        await OutputStandsExactlyWhereNoErrorDoesAsync(Net("private readonly Linear up = Linear(8, 4);", attribute + " partial class Net"), "Compression", isAnnotated: true);
        await OutputStandsExactlyWhereNoErrorDoesAsync(attribute + " public partial class Net { private int up; }", "Compression", isAnnotated: true);
    }

    [Theory]
    [InlineData("DistillFrom(typeof(Teacher))", "10")]
    [InlineData("DistillFrom(typeof(Teacher))", "20")]
    [InlineData("DistillFrom(typeof(Teacher), Vocabulary = Vocabulary.Truncate)", "20")]
    [InlineData("DistillFrom(typeof(Teacher), T = 0)", "10")]
    [InlineData("DistillFrom(typeof(Teacher), Divergence = (Divergence)44)", "10")]
    [InlineData("DistillFrom(typeof(string))", "10")]
    [InlineData("DistillFrom(typeof(Sequential<,>))", "10")]
    [InlineData("DistillFrom(null!)", "10")]
    public async Task Student(string attribute, string teacherWidth)
    {
        await OutputStandsExactlyWhereNoErrorDoesAsync(Pair(attribute, teacherWidth), "Distillation", isAnnotated: true);
        await OutputStandsExactlyWhereNoErrorDoesAsync(Pair(attribute, teacherWidth).Replace("partial ", ""), "Distillation", isAnnotated: true);
        await OutputStandsExactlyWhereNoErrorDoesAsync(
            Pair(attribute, teacherWidth, teacherBase: "Module<int, Tensor>", teacherForward: "public override Tensor forward(int x) => head.call(rand(x));"),
            "Distillation",
            isAnnotated: true);
    }

    [Theory]
    [InlineData("private readonly Part part = new();", "")]
    [InlineData("private readonly ModuleList<Part> parts = [];", "")]
    [InlineData("[KeepDense] private readonly Part part = new();", "")]
    [InlineData("[PruneLayers(0.5)] private readonly ModuleList<Part> parts = [];", "")]
    [InlineData("private readonly Part? part; private readonly Part.Derived? derived;", "")]
    [InlineData("private readonly Outer<int>.Part part = new();", "Outer<T>")]
    public void Error_in_a_child_does_not_come_back_in_the_code_of_its_holder(string member, string container)
    {
        const string broken = "[Sparsity(1.5)] private readonly Linear up = Linear(4, 4); [KeepDense] public sealed partial class Derived : Part;";
        var part = Net(broken, "public partial class Part").Replace("Net", "Part");
        var source = Net(member + " [KeepDense] private readonly Linear up = Linear(4, 4);")
            + (container.Length == 0 ? part : $$"""public partial class {{container}} { {{part}} }""");

        var compilation = Generate(source, out var run);

        Assert.Contains(run.GeneratedSources, static file => file.HintName.Contains("Net.Compression", StringComparison.Ordinal));
        Assert.Empty(Consumer.FindErrors(compilation));
    }

    [Fact]
    public void Parts_of_a_class_with_attributes_at_the_same_place_of_their_files_are_read_once()
    {
        const string first = "[PruneHeads(Keep = 20)] public sealed partial class Net() : Module<Tensor, Tensor>(\"Net\") { public override Tensor forward(Tensor x) => x; }";
        const string second = "[PruneHidden(Keep = 2)] public sealed partial class Net;";

        var compilation = Generate([first, second], out var run);

        Assert.Equal(["Net.Channels.g.cs", "Net.Compression.g.cs"], run.GeneratedSources.Select(static file => file.HintName).Order(StringComparer.Ordinal));
        Assert.Empty(Consumer.FindErrors(compilation));
    }

    [Theory]
    [InlineData("[PruneHidden(0.5)] public partial class Part")]
    [InlineData("public partial class Part", "[PruneChannels(0.5)]")]
    public void Class_with_structure_alone_is_a_child_like_any_other(string declaration, string attribute = "")
    {
        var part = Net(attribute + " private readonly Linear up = Linear(4, 4);", declaration).Replace("Net", "Part");
        var compilation = Generate(
            [Net("private readonly Part part = new(); [PruneLayers(0.5)] private readonly ModuleList<Part> parts = [];"), part], out _);

        Assert.Empty(Consumer.FindErrors(compilation));
        Assert.Equal(
            ["part", "parts", "partsLayers"],
            compilation.GetTypeByMetadataName("Net+NetCompression")!.GetMembers().Where(static member => member.Name.StartsWith('p')).Select(static member => member.Name));
    }

    private static async Task OutputStandsExactlyWhereNoErrorDoesAsync(string source, string kind, bool isAnnotated)
    {
        var compilation = Generate(source, out var run);
        Assert.Empty(Consumer.FindErrors(compilation));

        // The generator does not see its own output, and the analyzers do: neither may depend on it.
        var hasError = (await Consumer.AnalyzeAsync(compilation)).Any(static diagnostic => diagnostic.Severity == DiagnosticSeverity.Error);

        Assert.True(
            (isAnnotated && !hasError) == run.GeneratedSources.Any(file => file.HintName.Contains(kind, StringComparison.Ordinal)),
            $"errors: {hasError}, generated: {run.GeneratedSources.Length}, for\n{source}");
    }

    private static Compilation Generate(string source, out GeneratorRunResult run) => Generate([source], out run);

    private static Compilation Generate(string[] sources, out GeneratorRunResult run)
    {
        var compilation = Generated.AddTo(Consumer.Compile(sources), out run);
        Assert.Null(run.Exception);
        return compilation;
    }
}
