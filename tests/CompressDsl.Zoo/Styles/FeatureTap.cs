using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Zoo.Styles;

/// <summary>A net that keeps its features in a field, and has a method with two results that are not returned.</summary>
public sealed partial class FeatureTap : Module<Tensor, Tensor>
{
    private readonly Linear stem;
    private readonly Linear body;
    private readonly Linear gate;
    private readonly Linear head;
    private Tensor? features;

    public FeatureTap(int inputs, int width, int outputs)
        : base(nameof(FeatureTap))
    {
        stem = Linear(inputs, width);
        body = Linear(width, width);
        gate = Linear(width, width);
        head = Linear(width, outputs);
        RegisterComponents();
    }

    /// <param name="x">[batch, inputs]</param>
    public override Tensor forward(Tensor x)
    {
        features = stem.call(x).relu();
        Branch(features, out var values, out var weights);
        return head.call(Merge(values * weights));
    }

    private void Branch(Tensor x, out Tensor values, out Tensor weights)
    {
        values = body.call(x);
        weights = gate.call(x).sigmoid();
    }

    private Tensor Merge(Tensor x) => x + features!;
}
