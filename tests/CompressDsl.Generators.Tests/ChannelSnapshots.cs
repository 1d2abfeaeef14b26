namespace CompressDsl.Generators.Tests;

/// <summary>What is generated for structure: which channels are the same, and what a shrink cuts, as a reader sees it.</summary>
public sealed class ChannelSnapshots
{
    [Fact]
    public void Transformer_IsFollowedThroughItsBlocks_AndCutTensorByTensor() => Snapshot.Verify(Consumer.Usings + """
        namespace Demo;

        [PruneHidden(0.25, RoundTo = 8)]
        public sealed partial class Net : Module<Tensor, Tensor>
        {
            private readonly Embedding embed = Embedding(100, 64);
            [PruneLayers(Keep = 2)]
            private readonly ModuleList<Block> layers = new(new Block(), new Block(), new Block());
            private readonly LayerNorm norm = LayerNorm(64);
            private readonly Linear? head = Linear(64, 100);
            public Net() : base("Net") => RegisterComponents();

            public override Tensor forward(Tensor tokens)
            {
                var x = embed.call(tokens);
                foreach (var layer in layers)
                {
                    x = layer.call(x);
                }

                x = norm.call(x);
                return head is null ? functional.linear(x, embed.weight!) : head.call(x);
            }
        }

        public sealed partial class Block : Module<Tensor, Tensor>
        {
            private readonly Attention attention = new(64, 4);
            private readonly LayerNorm norm = LayerNorm(64);
            [PruneChannels(0.5)] private readonly Linear up = Linear(64, 256);
            private readonly Linear gate = Linear(64, 256), down = Linear(256, 64);
            public Block() : base("Block") => RegisterComponents();

            public override Tensor forward(Tensor x)
            {
                x = x + attention.call(x);
                var y = norm.call(x);
                return x + down.call(functional.silu(gate.call(y)) * up.call(y));
            }
        }

        [PruneHeads(0.5)]
        public sealed partial class Attention : Module<Tensor, Tensor>
        {
            private readonly Linear qkv, output;
            private readonly Parameter scale;
            private int heads;
            private readonly int size;

            public Attention(int width, int heads) : base("Attention")
            {
                (this.heads, size) = (heads, width / heads);
                (qkv, output) = (Linear(width, 3 * width), Linear(width, width));
                scale = Parameter(ones(heads, 1, 1));
                RegisterComponents();
            }

            public override Tensor forward(Tensor x)
            {
                var parts = qkv.call(x).chunk(3, dim: -1);
                var attended = functional.scaled_dot_product_attention(Split(parts[0]) * scale, Split(parts[1]), Split(parts[2]));
                return output.call(attended.transpose(1, 2).flatten(2));
            }

            private Tensor Split(Tensor x) => x.view(x.shape[0], x.shape[1], heads, size).transpose(1, 2);
        }
        """);

    [Fact]
    public void ContainersConditionalsAndLocalFunctions_AreWrittenAsTheyRun() => Snapshot.Verify(Consumer.Usings + """
        namespace Demo;

        [PruneChannels(0.5, Criterion = Criterion.Taylor, Scope = Scope.Global)]
        public partial class Net(int width, bool isDeep) : Module<Tensor, Tensor>("Net")
        {
            private readonly Sequential stem = Sequential(Conv2d(3, 16, 3), BatchNorm2d(16), ReLU(), new Pooled());
            private readonly ModuleList<Conv2d> convolutions = new(Conv2d(16, 16, 3, padding: 1), Conv2d(16, 16, 3, padding: 1));
            private readonly Linear fc = Linear(16, width);
            private readonly Linear head = Linear(width, 10);

            public override Tensor forward(Tensor x)
            {
                x = stem.call(x);
                for (var i = 0; i < convolutions.Count; i++)
                {
                    x = x + Activate(convolutions[i].call(x));
                }

                if (isDeep)
                {
                    x = functional.dropout(x, 0.1, training: training);
                }

                return head.call(fc.call(x.mean([2, 3])).relu());

                Tensor Activate(Tensor y) => isDeep ? functional.gelu(y) : functional.relu(y);
            }
        }

        public sealed class Pooled() : Module<Tensor, Tensor>("Pooled")
        {
            private readonly MaxPool2d pool = MaxPool2d(2);

            public override Tensor forward(Tensor x) => pool.call(x);
        }
        """);
}
