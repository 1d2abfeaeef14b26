using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Completion;
using Microsoft.CodeAnalysis.FindSymbols;
using Microsoft.CodeAnalysis.QuickInfo;

namespace CompressDsl.Integration.Tests.Editor;

/// <summary>What is generated is met as code that somebody wrote: with its documentation, in completion, and as a place to go to.</summary>
[Collection(EditorCollection.Name)]
public sealed class GeneratedMemberTests(OpenedExamples examples)
{
    private const string Net = Mistakes.Usings + """

        namespace Users;

        [SemiStructured(2, 4)]
        public sealed partial class Mlp : Module<Tensor, Tensor>
        {
            private readonly Linear up = Linear(8, 8);

            public Mlp() : base(nameof(Mlp)) => RegisterComponents();

            public override Tensor forward(Tensor x) => up.call(x);
        }

        public sealed partial class Net : Module<Tensor, Tensor>
        {
            [Sparsity(0.5, Purpose = Purpose.Size)]
            private readonly Linear fc = Linear(8, 8);
            private readonly Mlp mlp = new();

            public Net() : base(nameof(Net)) => RegisterComponents();

            public override Tensor forward(Tensor x) => mlp.call(fc.call(x));
        }

        public static class Uses
        {
            public static object See(Net model) => model.Compression.
        """;

    [Theory]
    [InlineData("Compression", "What the attributes of this class ask for")]
    [InlineData("fc", "[Sparsity(0.5")]
    [InlineData("Mask", "The mask: the one of this layer")]
    public async Task Quick_info_on_a_member_shows_its_documentation(string member, string documentation)
    {
        var info = await InfoAsync(examples.Empty.With("Net", Net + "fc.Mask;\n}\n"), "model.Compression.fc.Mask", member);
        Assert.Contains(member, info, StringComparison.Ordinal);
        Assert.Contains(documentation, info, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("new StudentDistillation(", "StudentDistillation", "Pairs a student with its teacher")]
    [InlineData("distillation.Compute(", "Compute", "The loss of one batch")]
    public async Task Quick_info_in_the_example_shows_what_is_generated_for_its_student(string place, string member, string documentation)
    {
        var info = await InfoAsync(examples.Program.Documents.Single(static document => document.Name == "HalfLayersRun.cs"), place, member);
        Assert.Contains("StudentDistillation", info, StringComparison.Ordinal);
        Assert.Contains(documentation, info, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Completion_lists_what_is_generated_with_its_documentation()
    {
        var document = examples.Empty.With("Net", Net);
        var service = CompletionService.GetService(document)!;
        var items = (await service.GetCompletionsAsync(document, Net.Length)).ItemsList;
        Assert.Superset(new HashSet<string> { "fc", "mlp", "Capture" }, items.Select(static item => item.DisplayText).ToHashSet());

        var description = await service.GetDescriptionAsync(document, items.Single(static item => item.DisplayText == "fc"));
        Assert.Contains("[Sparsity(0.5", description!.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Definition_of_a_member_is_its_declaration_in_the_generated_text()
    {
        var document = examples.Empty.With("Net", Net + "fc;\n}\n");
        var (generated, line) = await DefinitionAsync(document, "model.Compression.fc", "fc");

        Assert.Equal("Users.Net.Compression.g.cs", generated.HintName);
        Assert.Equal("public global::CompressDsl.WeightSite fc { get; }", line);
    }

    [Fact]
    public async Task Definition_of_the_loss_of_the_example_is_its_declaration_in_the_generated_text()
    {
        var document = examples.Program.Documents.Single(static document => document.Name == "HalfLayersRun.cs");
        var (generated, line) = await DefinitionAsync(document, "distillation.Compute(", "Compute");

        Assert.Equal("DistilBert.Student.Distillation.g.cs", generated.HintName);
        Assert.StartsWith("public ", line, StringComparison.Ordinal);
        Assert.Contains(" Compute(", line, StringComparison.Ordinal);
    }

    private static async Task<string> InfoAsync(Document document, string place, string member)
    {
        var position = await FindAsync(document, place, member);
        var info = await QuickInfoService.GetService(document)!.GetQuickInfoAsync(document, position);
        return string.Join('\n', info!.Sections.Select(static section => section.Text));
    }

    private static async Task<(SourceGeneratedDocument Document, string Line)> DefinitionAsync(Document document, string place, string member)
    {
        var symbol = await SymbolFinder.FindSymbolAtPositionAsync(document, await FindAsync(document, place, member));
        var definition = await SymbolFinder.FindSourceDefinitionAsync(symbol!, document.Project.Solution);
        var location = Assert.Single(definition!.Locations);
        var generated = (await document.Project.GetSourceGeneratedDocumentsAsync()).Single(other => other.FilePath == location.SourceTree!.FilePath);
        var text = await generated.GetTextAsync();

        return (generated, text.Lines.GetLineFromPosition(location.SourceSpan.Start).ToString().Trim());
    }

    private static async Task<int> FindAsync(Document document, string place, string member)
    {
        var text = (await document.GetTextAsync()).ToString();
        return text.IndexOf(member, text.IndexOf(place, StringComparison.Ordinal), StringComparison.Ordinal);
    }
}
