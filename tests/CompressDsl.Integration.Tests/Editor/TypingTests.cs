using System.Collections.Concurrent;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Text;

namespace CompressDsl.Integration.Tests.Editor;

/// <summary>Letter by letter, most of what is typed is not C#: nothing may break down on the way, and what is generated follows.</summary>
[Collection(EditorCollection.Name)]
public sealed class TypingTests(OpenedExamples examples)
{
    private const string Other = Mistakes.Usings + """

        namespace Others;

        [Sparsity(0.5, Purpose = Purpose.Size)]
        public sealed partial class Net : Module<Tensor, Tensor>
        {
            private readonly Linear up = Linear(8, 8);

            public Net() : base(nameof(Net)) => RegisterComponents();

            public override Tensor forward(Tensor x) => up.call(x);
        }
        """;

    [Fact]
    public async Task Annotated_member_that_is_typed_gets_its_counterpart()
    {
        var project = await TypeAsync("""
            public sealed partial class Net : Module<Tensor, Tensor>
            {
                «[Sparsity(0.5, Purpose = Purpose.Size)]
                private readonly Linear up = Linear(8, 8);»

                public Net() : base(nameof(Net)) => RegisterComponents();

                public override Tensor forward(Tensor x) => x;
            }
            """);

        Assert.Contains("WeightSite up { get; }", await GeneratedAsync(project, "Typed.Net.Compression.g.cs"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Forward_that_is_typed_is_followed()
    {
        var project = await TypeAsync("""
            public sealed partial class Net : Module<Tensor, Tensor>
            {
                [PruneChannels(0.25)]
                private readonly Linear up = Linear(8, 32);
                private readonly Linear down = Linear(32, 8);

                public Net() : base(nameof(Net)) => RegisterComponents();

                public override Tensor forward(Tensor x) => «x + down.call(functional.relu(up.call(x)))»;
            }
            """);

        Assert.Contains("down", await GeneratedAsync(project, "Typed.Net.Channels.g.cs"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Student_that_is_typed_gets_its_loss()
    {
        var project = await TypeAsync("""
            public sealed class Teacher : Module<Tensor, Tensor>
            {
                internal readonly Linear body = Linear(8, 8);

                public Teacher() : base(nameof(Teacher)) => RegisterComponents();

                public override Tensor forward(Tensor x) => body.call(x);
            }

            «[DistillFrom(typeof(Teacher), T = 4)]»
            public sealed partial class Student : Module<Tensor, Tensor>
            {
                «[MatchHidden(nameof(Teacher.body))]»
                private readonly Linear body = Linear(8, 8);

                public Student() : base(nameof(Student)) => RegisterComponents();

                public override Tensor forward(Tensor x) => body.call(x);
            }
            """);

        Assert.Contains(" Compute(", await GeneratedAsync(project, "Typed.Student.Distillation.g.cs"), StringComparison.Ordinal);
    }

    /// <summary>Types what stands between « and », and looks at the project after every letter.</summary>
    private async Task<Project> TypeAsync(string code)
    {
        var pieces = $"{Mistakes.Usings}\nnamespace Typed;\n\n{code}\n".Split('«', '»');
        var text = SourceText.From(string.Concat(pieces.Where(static (_, index) => index % 2 == 0)));
        var project = examples.Empty.With("Other", Other).Project;
        var others = (await HintNamesAsync(project)).ToHashSet();
        Assert.NotEmpty(others);
        var document = project.With("Typed", text.ToString());
        var position = 0;

        for (var i = 0; i < pieces.Length; position += pieces[i++].Length)
        {
            for (var j = 0; i % 2 == 1 && j < pieces[i].Length; j++)
            {
                text = text.WithChanges(new TextChange(new TextSpan(position + j, 0), pieces[i][j].ToString()));
                document = document.WithText(text);
                await LookAsync(document, others);
            }
        }

        Assert.Empty((await document.Project.DiagnoseAsync()).Where(static said => said.Severity >= DiagnosticSeverity.Warning));
        return document.Project;
    }

    private static async Task LookAsync(Document document, HashSet<string> others)
    {
        // Of a generator that throws nothing stays, for other classes neither.
        Assert.Superset(others, (await HintNamesAsync(document.Project)).ToHashSet());

        // What breaks down has no place in the file, and is not among what is said about it.
        var broken = new ConcurrentQueue<Diagnostic>();
        var options = new CompilationWithAnalyzersOptions(
            document.Project.AnalyzerOptions, (_, _, failure) => broken.Enqueue(failure), concurrentAnalysis: true, logAnalyzerExecutionTime: false);
        var model = await document.GetSemanticModelAsync();
        await model!.Compilation.WithAnalyzers(document.Project.Analyzers(), options).GetAnalyzerSemanticDiagnosticsAsync(model, filterSpan: null, default);
        Assert.Empty(broken);
    }

    private static async Task<IEnumerable<string>> HintNamesAsync(Project project)
        => (await project.GetSourceGeneratedDocumentsAsync()).Select(static document => document.HintName);

    private static async Task<string> GeneratedAsync(Project project, string name)
        => (await (await project.GetSourceGeneratedDocumentsAsync()).Single(document => document.HintName == name).GetTextAsync()).ToString();
}
