using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Zoo.Styles;

/// <summary>Classes inside of the class, three levels down.</summary>
public sealed partial class NestedEncoder : Module<Tensor, Tensor>
{
    private readonly Stage first;
    private readonly Stage second;

    public NestedEncoder(int inputs, int width, int outputs)
        : base(nameof(NestedEncoder))
    {
        first = new Stage(inputs, width, blocks: 1);
        second = new Stage(width, outputs, blocks: 2);
        RegisterComponents();
    }

    /// <param name="x">[batch, input]</param>
    public override Tensor forward(Tensor x) => second.call(first.call(x));

    internal sealed partial class Stage : Module<Tensor, Tensor>
    {
        private readonly Linear project;
        private readonly Sequential blocks;

        public Stage(int inputs, int width, int blocks)
            : base(nameof(Stage))
        {
            project = Linear(inputs, width);
            this.blocks = Sequential();
            for (var i = 0; i < blocks; i++)
            {
                this.blocks.append($"block{i}", new Block(width));
            }

            RegisterComponents();
        }

        public override Tensor forward(Tensor x) => blocks.call(project.call(x));

        private sealed partial class Block : Module<Tensor, Tensor>
        {
            private readonly Unit unit;
            private readonly LayerNorm norm;

            public Block(int width)
                : base(nameof(Block))
            {
                unit = new Unit(width);
                norm = nn.LayerNorm(width);
                RegisterComponents();
            }

            public override Tensor forward(Tensor x) => norm.call(x + unit.call(x));

            private sealed partial class Unit : Module<Tensor, Tensor>
            {
                private readonly Linear wide;
                private readonly Linear narrow;

                public Unit(int width)
                    : base(nameof(Unit))
                {
                    wide = Linear(width, 4 * width);
                    narrow = Linear(4 * width, width);
                    RegisterComponents();
                }

                public override Tensor forward(Tensor x) => narrow.call(functional.elu(wide.call(x), 1.0));
            }
        }
    }
}
