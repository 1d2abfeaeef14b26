using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Zoo;

/// <summary>MLP-Mixer (Tolstikhin et al., 2021): one network mixes the patches, another the channels.</summary>
public sealed partial class MlpMixer : Module<Tensor, Tensor>
{
    private readonly Conv2d stem;
    private readonly ModuleList<MixerBlock> blocks;
    private readonly LayerNorm norm;
    private readonly Linear head;

    public MlpMixer(int imageSize, int patch, int hidden, int depth, int tokenWidth, int channelWidth, int classes)
        : base(nameof(MlpMixer))
    {
        var patches = imageSize / patch * (imageSize / patch);
        stem = Conv2d(3, hidden, patch, stride: patch);
        blocks = ModuleList(Enumerable.Range(0, depth).Select(_ => new MixerBlock(patches, hidden, tokenWidth, channelWidth)).ToArray());
        norm = LayerNorm(hidden);
        head = Linear(hidden, classes);
        RegisterComponents();
    }

    /// <param name="images">[batch, 3, height, width]</param>
    /// <returns>[batch, class]: logits</returns>
    public override Tensor forward(Tensor images)
    {
        var x = stem.call(images);
        x = x.flatten(2).transpose(1, 2);
        for (var i = 0; i < blocks.Count; i++)
        {
            x = blocks[i].call(x);
        }

        return head.call(norm.call(x).mean([1]));
    }
}

/// <summary>Both networks, each with a norm before and a residual sum around it.</summary>
public sealed partial class MixerBlock : Module<Tensor, Tensor>
{
    private readonly LayerNorm norm1;
    private readonly MixerMlp tokens;
    private readonly LayerNorm norm2;
    private readonly MixerMlp channels;

    public MixerBlock(int patches, int hidden, int tokenWidth, int channelWidth)
        : base(nameof(MixerBlock))
    {
        norm1 = LayerNorm(hidden);
        tokens = new MixerMlp(patches, tokenWidth);
        norm2 = LayerNorm(hidden);
        channels = new MixerMlp(hidden, channelWidth);
        RegisterComponents();
    }

    public override Tensor forward(Tensor x)
    {
        var y = norm1.call(x).transpose(1, 2);
        x = x + tokens.call(y).transpose(1, 2);
        return x + channels.call(norm2.call(x));
    }
}

/// <summary>Widen, GELU, back to the width it came with.</summary>
public sealed partial class MixerMlp : Module<Tensor, Tensor>
{
    private readonly Linear fc1;
    private readonly GELU act;
    private readonly Linear fc2;

    public MixerMlp(int size, int width)
        : base(nameof(MixerMlp))
    {
        fc1 = Linear(size, width);
        act = GELU();
        fc2 = Linear(width, size);
        RegisterComponents();
    }

    public override Tensor forward(Tensor x)
    {
        x = fc1.call(x);
        x = act.call(x);
        return fc2.call(x);
    }
}
