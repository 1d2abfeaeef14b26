namespace CompressDsl.Analyzers.Tests;

/// <summary>Models of which an attribute takes channels or heads, with what a test says where it matters.</summary>
internal static class StructureSources
{
    /// <summary>A layer that widens, one that narrows, and what forward does with them.</summary>
    public static string Mlp(
        string forward = "=> down.call(functional.relu(up.call(x)));",
        string members = "",
        string up = "[PruneChannels(0.5)] private readonly Linear up = Linear(64, 256);",
        string down = "private readonly Linear down = Linear(256, 64);",
        string declaration = "public sealed partial class Net") => $$"""
        {{declaration}} : Module<Tensor, Tensor>
        {
            {{up}}
            {{down}}
            {{members}}

            public Net() : base(nameof(Net)) => RegisterComponents();

            public override Tensor forward(Tensor x) {{forward}}
        }
        """;

    /// <summary>An attention of 12 heads of 64, unless the test says otherwise.</summary>
    /// <param name="attribute">What stands on the class.</param>
    /// <param name="members">Members, in place of a field that holds the number of heads.</param>
    /// <param name="view">How the width is split into heads.</param>
    /// <param name="merge">How the heads become one width again.</param>
    /// <param name="mask">What is added to the scores.</param>
    public static string Attention(
        string attribute = "[PruneHeads(0.25)]",
        string members = "private int heads = 12;",
        string view = "heads, -1",
        string merge = ".flatten(2)",
        string mask = "null") => $$"""
        {{attribute}} public sealed partial class Attention : Module<Tensor, Tensor>
        {
            private readonly Linear qkv = Linear(768, 3 * 768);
            private readonly Linear output = Linear(768, 768);
            {{members}}

            public Attention() : base(nameof(Attention)) => RegisterComponents();

            public override Tensor forward(Tensor x)
            {
                var (batch, length) = (x.shape[0], x.shape[1]);
                var parts = qkv.call(x).chunk(3, -1).Select(part => part.view(batch, length, {{view}}).transpose(1, 2)).ToArray();
                var mixed = functional.scaled_dot_product_attention(parts[0], parts[1], parts[2], {{mask}}).transpose(1, 2);
                return output.call(mixed{{merge}});
            }
        }
        """;

    /// <summary>Eight query heads that share four key/value heads.</summary>
    public static string GroupedAttention(
        string attribute,
        string members = "private int heads = 8; private int shared = 4; private readonly int size = 8;",
        string repeat = ".repeat_interleave(heads / shared, dim: 1)",
        string view = "heads, size",
        string sharedView = "shared, size") => $$"""
        {{attribute}} public sealed partial class Attention : Module<Tensor, Tensor>
        {
            private readonly Linear query = Linear(64, 64);
            private readonly Linear key = Linear(64, 32);
            private readonly Linear value = Linear(64, 32);
            private readonly Linear output = Linear(64, 64);
            {{members}}

            public Attention() : base(nameof(Attention)) => RegisterComponents();

            public override Tensor forward(Tensor x)
            {
                var (batch, length) = (x.shape[0], x.shape[1]);
                var q = query.call(x).view(batch, length, {{view}}).transpose(1, 2);
                var k = key.call(x).view(batch, length, {{sharedView}}).transpose(1, 2);
                var v = value.call(x).view(batch, length, {{sharedView}}).transpose(1, 2);
                return output.call(functional.scaled_dot_product_attention(q, k{{repeat}}, v{{repeat}}).transpose(1, 2).flatten(2));
            }
        }
        """;
}
