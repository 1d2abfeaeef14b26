using System.Collections;
using System.Reflection;
using Microsoft.CodeAnalysis;

namespace CompressDsl.Generators.Tests;

/// <summary>No symbol, syntax or location in anything that the pipeline keeps: each would keep a whole compilation alive.</summary>
public sealed class PurityTests
{
    private const string Source = Consumer.Usings + """
        [Sparsity(0.5), Gradual]
        public sealed partial class Block<T> : Module<Tensor, Tensor>
            where T : Module
        {
            [KeepDense] private readonly Linear? up = Linear(8, 8);
            [SemiStructured(2, 4)] private readonly ModuleList<Block<T>> children = new();
            private readonly SparseLinear sparse = new(8, 8);
            public Block() : base("Block") => RegisterComponents();
            public override Tensor forward(Tensor x) => sparse.call(x).relu();
        }

        [PruneHeads(0.5, Heads = nameof(heads)), PruneHidden(0.5)]
        public sealed partial class Attention : Module<Tensor, Tensor>
        {
            [PruneChannels(Keep = 4)] private readonly Linear up = Linear(8, 8);
            private readonly Linear down = Linear(8, 8);
            [PruneLayers(0.5)] private readonly ModuleList<Linear> layers = new();
            private int heads = 2;
            public Attention() : base("Attention") => RegisterComponents();
            public override Tensor forward(Tensor x) => down.call(up.call(x).view(x.shape[0], -1, heads, 4).flatten(2));
        }

        public sealed class Teacher() : Module<Tensor, Tensor>("Teacher")
        {
            public override Tensor forward(Tensor x) => x;
        }

        [DistillFrom(typeof(Teacher), Divergence = Divergence.SkewKl)]
        public sealed partial class Student() : Module<Tensor, Tensor>("Student")
        {
            public override Tensor forward(Tensor x) => x;
        }
        """;

    [Fact]
    public void TrackedModels_HoldNoSymbolSyntaxOrLocation()
    {
        var result = Consumer.CreateDriver().RunGenerators(Consumer.Compile(Source)).GetRunResult().Results.Single();
        string[] steps = [CompressDslGenerator.CompressionStep, CompressDslGenerator.FusionStep, CompressDslGenerator.DistillationStep];
        var seen = new HashSet<Type>();

        foreach (var step in steps)
        {
            var outputs = result.TrackedSteps[step].SelectMany(static run => run.Outputs).ToArray();
            Assert.NotEmpty(outputs);

            foreach (var (value, _) in outputs)
            {
                Walk(value, step, new HashSet<object>(ReferenceEqualityComparer.Instance), seen);
            }
        }

        // The walk did walk: into lists, into members, into their children.
        Assert.Contains(seen, static type => type.Name == "MemberModel");
        Assert.Contains(seen, static type => type.Name == "ChildModel");
        Assert.Contains(seen, static type => type.Name == "GradualModel");
        Assert.Contains(seen, static type => type.Name == "ParameterModel");
        Assert.Contains(seen, static type => type.Name == "ReplacedCallModel");
    }

    private static void Walk(object? value, string path, HashSet<object> visited, HashSet<Type> seen)
    {
        if (value is null || value is string || value.GetType().IsPrimitive || !visited.Add(value))
        {
            return;
        }

        Assert.False(value is ISymbol or SyntaxNode or SyntaxTree or Location or Compilation or SemanticModel or AttributeData, $"{path} holds a {value.GetType().Name}.");
        seen.Add(value.GetType());

        if (value is IEnumerable items)
        {
            foreach (var item in items)
            {
                Walk(item, path + "[]", visited, seen);
            }

            return;
        }

        for (var type = value.GetType(); type is not null && type != typeof(object); type = type.BaseType)
        {
            foreach (var field in type.GetFields(BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly))
            {
                Walk(field.GetValue(value), $"{path}.{field.Name}", visited, seen);
            }
        }
    }
}
