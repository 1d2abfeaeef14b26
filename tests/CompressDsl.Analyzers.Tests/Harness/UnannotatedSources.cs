namespace CompressDsl.Analyzers.Tests;

/// <summary>Models without attributes, with the caret of an editor, <c>[||]</c>, at a name.</summary>
internal static class UnannotatedSources
{
    /// <summary>Two layers, one after the other.</summary>
    public static string Mlp(
        string declaration = "class [||]Mlp",
        string fields = "private readonly Linear up = Linear(64, 256); private readonly Linear down = Linear(256, 64);",
        string forward = "down.call(up.call(x).relu())") => $$"""
        {{declaration}} : Module<Tensor, Tensor>
        {
            {{fields}}

            public Mlp() : base("Mlp") => RegisterComponents();

            public override Tensor forward(Tensor x) => {{forward}};
        }
        """;

    /// <summary>Attention and feed-forward, as a transformer has many of.</summary>
    public static string Block(string declaration) => $$"""
        {{declaration}} : Module<Tensor, Tensor>
        {
            private readonly Linear query, key, value, output;
            // The feed-forward part.
            private readonly Linear up;
            private readonly Linear down;
            private int heads;

            public Block(int width, int heads) : base("Block")
            {
                (query, key, value, output) = (Linear(width, width), Linear(width, width), Linear(width, width), Linear(width, width));
                (up, down) = (Linear(width, 4 * width), Linear(4 * width, width));
                this.heads = heads;
                RegisterComponents();
            }

            public override Tensor forward(Tensor x)
            {
                var (batch, length) = (x.shape[0], x.shape[1]);
                x = x + output.call(functional.scaled_dot_product_attention(Split(query), Split(key), Split(value)).transpose(1, 2).reshape(batch, length, -1));
                return x + down.call(functional.gelu(up.call(x)));

                Tensor Split(Linear projection) => projection.call(x).view(batch, length, heads, -1).transpose(1, 2);
            }
        }
        """;

    /// <summary>A model of such blocks.</summary>
    public static string Model => """
        public sealed class [||]Model : Module<Tensor, Tensor>
        {
            private readonly Embedding words;
            private readonly ModuleList<Block> blocks;
            private readonly Linear head;

            public Model(int width = 64) : base("Model")
            {
                words = Embedding(100, width);
                blocks = ModuleList(new Block(width, 4), new Block(width, 4));
                head = Linear(width, 100);
                RegisterComponents();
            }

            public override Tensor forward(Tensor tokens)
            {
                var x = words.call(tokens);

                foreach (var block in blocks)
                {
                    x = block.call(x);
                }

                return head.call(x);
            }
        }

        """ + Block("public sealed class Block");
}
