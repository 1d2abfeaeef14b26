using System.Globalization;
using Microsoft.CodeAnalysis;

namespace CompressDsl.Generators.Tests;

/// <summary>The same project gives the same text, to the byte, on every machine.</summary>
public sealed class DeterminismTests
{
    private static readonly string[] Files =
    [
        Consumer.Usings + """
            namespace Demo;
            public sealed partial class Net : Module<Tensor, Tensor>
            {
                [Sparsity(0.123456789)] private readonly Linear first = Linear(8, 8);
                public Net() : base("Net") => RegisterComponents();
            }
            """,
        Consumer.Usings + """
            namespace Demo;
            public sealed partial class Net
            {
                [SemiStructured(2, 4)] private readonly Linear INDEX = Linear(8, 8);
                [KeepDense] private readonly Linear index = Linear(8, 8);
                public override Tensor forward(Tensor x) => first.call(x);
            }

            [PruneHidden(0.3), PruneChannels(0.7)]
            public sealed partial class Wide : Module<Tensor, Tensor>
            {
                private readonly Narrow narrow = new();
                private readonly Linear İnput = Linear(8, 8), output = Linear(8, 8);
                public Wide() : base("Wide") => RegisterComponents();
                public override Tensor forward(Tensor x) => output.call(narrow.call(İnput.call(x)).relu());
            }
            """,
        Consumer.Usings + """
            namespace Demo;
            public sealed class Narrow() : Module<Tensor, Tensor>("Narrow")
            {
                private readonly Linear ıınner = Linear(8, 8);
                public override Tensor forward(Tensor x) => ıınner.call(x).view(-1, 2, 4).flatten(1);
            }

            [DistillFrom(typeof(Net), T = 2.5, Alpha = 0.3)]
            public sealed partial class Student() : Module<Tensor, Tensor>("Student")
            {
                public override Tensor forward(Tensor x) => x;
            }
            """,
    ];

    [Fact]
    public void ShuffledFiles_GiveTheSameText()
    {
        var expected = Generate([0, 1, 2], static text => text);

        foreach (var order in (int[][])[[2, 1, 0], [1, 0, 2], [1, 2, 0], [0, 2, 1], [2, 0, 1]])
        {
            Assert.Equal(expected, Generate(order, static text => text));
        }
    }

    [Fact]
    public void TurkishCulture_GivesTheSameText()
    {
        var expected = Generate([0, 1, 2], static text => text);
        var culture = CultureInfo.CurrentCulture;

        try
        {
            CultureInfo.CurrentCulture = CultureInfo.GetCultureInfo("tr-TR");
            Assert.Equal("0,5", 0.5.ToString());
            Assert.Equal(expected, Generate([0, 1, 2], static text => text));
        }
        finally
        {
            CultureInfo.CurrentCulture = culture;
        }
    }

    [Fact]
    public void SourceWithCrLf_GivesTheSameText_WithLf()
    {
        var expected = Generate([0, 1, 2], static text => text.Replace("\r\n", "\n"));
        var actual = Generate([0, 1, 2], static text => text.Replace("\r\n", "\n").Replace("\n", "\r\n"));

        Assert.Equal(expected, actual);
        Assert.DoesNotContain('\r', string.Concat(actual.Select(static pair => pair.Value)));
    }

    [Fact]
    public void ShuffledPartsOfAClass_ReplaceTheirCallsInTheSameOrder()
    {
        string[] parts =
        [
            Consumer.Usings + """
                [KeepDense]
                public sealed partial class Net() : Module<Tensor, Tensor>("Net")
                {
                    private readonly SparseLinear up = new(8, 8);
                    public override Tensor forward(Tensor x) => Low(up.call(x).relu());
                }
                """,
            Consumer.Usings + """
                public sealed partial class Net
                {
                    private Tensor Low(Tensor x) => functional.relu(up.call(x));
                }
                """,
        ];
        var trees = parts.Select(static (part, index) => Consumer.Parse(part, $"File{index}.cs")).ToArray();
        var expected = Consumer.Generate(Consumer.Compile(trees))["Net.Fusion.g.cs"];

        Assert.Equal(4, expected.Split("InterceptsLocation(1").Length - 1);
        Assert.Equal(expected, Consumer.Generate(Consumer.Compile(trees.Reverse()))["Net.Fusion.g.cs"]);
    }

    private static KeyValuePair<string, string>[] Generate(int[] order, Func<string, string> edit)
        => [.. Consumer.Generate(Consumer.Compile(order.Select(index => Consumer.Parse(edit(Files[index]), $"File{index}.cs")))).OrderBy(static pair => pair.Key, StringComparer.Ordinal)];
}
