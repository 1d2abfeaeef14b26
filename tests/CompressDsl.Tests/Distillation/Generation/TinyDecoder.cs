using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace CompressDsl.Tests;

/// <summary>A causal language model of two layers with learned positions and two query heads for each key/value head; its weights come from a seed.</summary>
internal sealed class TinyDecoder : Module<Tensor, Tensor>, ICausalDecoder, ICachedModule
{
    private const int Width = 16;

    private readonly Embedding tokens;
    private readonly Embedding positions;
    private readonly ModuleList<TinyAttention> layers;
    private readonly Linear head;
    private readonly Dropout dropout = Dropout(0.5);

    public TinyDecoder(int vocabulary = 11, int positions = 64, int seed = 1)
        : base(nameof(TinyDecoder))
    {
        LongestSequence = positions;
        tokens = Embedding(vocabulary, Width);
        this.positions = Embedding(positions, Width);
        layers = ModuleList(new TinyAttention(), new TinyAttention());
        head = Linear(Width, vocabulary);
        RegisterComponents();
        using var generator = new torch.Generator((ulong)seed);
        using var scope = NewDisposeScope();
        using var fixedValues = no_grad();
        foreach (var parameter in parameters())
        {
            parameter.copy_(randn(parameter.shape, generator: generator) * 0.35);
        }
    }

    public int? LongestSequence { get; }

    public ModuleCache? Cache { get; set; }

    public Linear Head => head;

    public Dropout Dropout => dropout;

    /// <summary>How many positions were computed in all.</summary>
    public long Positions { get; private set; }

    public bool WasTraining { get; private set; }

    public override Tensor forward(Tensor x)
    {
        (Positions, WasTraining) = (Positions + x.numel(), training);
        var places = Cache is null ? arange(x.shape[1]) : Cache.Positions;
        var hidden = dropout.call(tokens.call(x) + positions.call(places));
        foreach (var layer in layers)
        {
            hidden = hidden + layer.call(hidden);
        }

        return head.call(hidden);
    }

    public Tensor Decode(Tensor tokens, KeyValueCache cache) => cache.Call(this, tokens);

    /// <summary>The attention of <see cref="TinyDecoder"/>.</summary>
    public sealed class TinyAttention : Module<Tensor, Tensor>, ICachedModule
    {
        private const int Heads = 4;
        private const int Shared = 2;
        private const int Size = 4;

        private readonly Linear query = Linear(Width, Heads * Size);
        private readonly Linear key = Linear(Width, Shared * Size);
        private readonly Linear value = Linear(Width, Shared * Size);
        private readonly Linear output = Linear(Heads * Size, Width);

        public TinyAttention()
            : base(nameof(TinyAttention)) => RegisterComponents();

        public ModuleCache? Cache { get; set; }

        public override Tensor forward(Tensor x)
        {
            var (q, k, v) = (Split(query.call(x), Heads), Split(key.call(x), Shared), Split(value.call(x), Shared));
            var attended = Cache is null
                ? functional.scaled_dot_product_attention(q, k.repeat_interleave(2, dim: 1), v.repeat_interleave(2, dim: 1), is_casual: true)
                : Cache.Attend(q, k, v);
            return output.call(attended.transpose(1, 2).reshape(x.shape[0], x.shape[1], Heads * Size));
        }

        private static Tensor Split(Tensor x, int heads) => x.view(x.shape[0], x.shape[1], heads, Size).transpose(1, 2);
    }
}

/// <summary>The same model for those who know nothing of caches.</summary>
internal sealed class PlainDecoder : Module<Tensor, Tensor>
{
    private readonly TinyDecoder inner;

    public PlainDecoder(TinyDecoder inner)
        : base(nameof(PlainDecoder))
    {
        this.inner = inner;
        RegisterComponents();
    }

    public override Tensor forward(Tensor x) => inner.call(x);
}
