using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Zoo.Styles;

/// <summary>An encoder like T5 (Raffel et al., 2020): a learned bias for every head and distance, made once and given to every layer.</summary>
public sealed partial class T5Encoder : Module<Tensor, Tensor>
{
    private readonly Embedding shared;
    private readonly Embedding relative_attention_bias;
    private readonly ModuleList<T5Layer> block;
    private readonly RmsNorm final_layer_norm;
    private readonly int distances;

    public T5Encoder(int vocabulary, int hidden, int layers, int heads, int headSize, int inner, int distances)
        : base(nameof(T5Encoder))
    {
        this.distances = distances;
        shared = Embedding(vocabulary, hidden);
        relative_attention_bias = Embedding(2 * distances + 1, heads);
        block = new ModuleList<T5Layer>([.. Enumerable.Range(0, layers).Select(_ => new T5Layer(hidden, heads, headSize, inner))]);
        final_layer_norm = new RmsNorm(hidden);
        RegisterComponents();
    }

    /// <param name="tokens">[batch, position]</param>
    /// <returns>[batch, position, hidden]</returns>
    public override Tensor forward(Tensor tokens)
    {
        var x = shared.call(tokens);
        var bias = Bias(tokens.shape[1], tokens.device);
        foreach (var layer in block)
        {
            x = layer.call(x, bias);
        }

        return final_layer_norm.call(x);
    }

    /// <returns>[1, head, query, key]</returns>
    private Tensor Bias(long length, Device device)
    {
        var position = torch.arange(length, device: device);
        var distance = (position.unsqueeze(0) - position.unsqueeze(1)).clamp(-distances, distances) + distances;
        return relative_attention_bias.call(distance).permute(2, 0, 1).unsqueeze(0);
    }
}

/// <summary>One layer.</summary>
public sealed partial class T5Layer : Module<Tensor, Tensor, Tensor>
{
    private readonly RmsNorm norm1;
    private readonly T5Attention attention;
    private readonly RmsNorm norm2;
    private readonly Linear wi;
    private readonly Linear wo;

    public T5Layer(int hidden, int heads, int headSize, int inner)
        : base(nameof(T5Layer))
    {
        norm1 = new RmsNorm(hidden);
        attention = new T5Attention(hidden, heads, headSize);
        norm2 = new RmsNorm(hidden);
        wi = Linear(hidden, inner, hasBias: false);
        wo = Linear(inner, hidden, hasBias: false);
        RegisterComponents();
    }

    public override Tensor forward(Tensor x, Tensor bias)
    {
        x = x + attention.call(norm1.call(x), bias);
        return x + wo.call(functional.relu(wi.call(norm2.call(x))));
    }
}

/// <summary>Attention whose scores are not scaled. Its heads together need not be as wide as the hidden states.</summary>
public sealed partial class T5Attention : Module<Tensor, Tensor, Tensor>
{
    private readonly Linear q;
    private readonly Linear k;
    private readonly Linear v;
    private readonly Linear o;
    private readonly int heads;
    private readonly int headSize;

    public T5Attention(int hidden, int heads, int headSize)
        : base(nameof(T5Attention))
    {
        this.heads = heads;
        this.headSize = headSize;
        var inner = heads * headSize;
        q = Linear(hidden, inner, hasBias: false);
        k = Linear(hidden, inner, hasBias: false);
        v = Linear(hidden, inner, hasBias: false);
        o = Linear(inner, hidden, hasBias: false);
        RegisterComponents();
    }

    public override Tensor forward(Tensor x, Tensor bias)
    {
        var batch = x.shape[0];
        var scores = torch.matmul(Shape(q), Shape(k).transpose(3, 2)) + bias;
        var weights = functional.softmax(scores, dim: -1);
        var y = torch.matmul(weights, Shape(v)).transpose(1, 2).contiguous().view(batch, -1, heads * headSize);
        return o.call(y);

        Tensor Shape(Linear projection) => projection.call(x).view(batch, -1, heads, headSize).transpose(1, 2);
    }
}
