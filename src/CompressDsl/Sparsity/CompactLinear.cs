using static TorchSharp.torch;

namespace CompressDsl;

/// <summary>A product with a compact weight that gradients pass: to the input and the bias, the weight being constant.</summary>
internal sealed class CompactLinear : autograd.SingleTensorFunction<CompactLinear>
{
    private const string Weight = nameof(Weight);

    /// <inheritdoc/>
    public override string Name => nameof(CompactLinear);

    /// <summary>f(input W^T + bias).</summary>
    public static Tensor Apply(SparseStorage weight, Tensor input, Tensor? bias, FusedActivation activation)
    {
        if (!is_grad_enabled() || !(input.requires_grad || bias is { requires_grad: true }))
        {
            return weight.Linear(input, bias, activation);
        }

        // What the backward needs of the activation is what goes into it: so it is computed by itself.
        return activation.Of(bias is null ? apply(input, weight) : apply(input, weight).add(bias));
    }

    /// <inheritdoc/>
    public override Tensor forward(autograd.AutogradContext ctx, params object[] vars)
    {
        var weight = (SparseStorage)vars[1];
        ctx.save_data(Weight, weight);
        return weight.Linear((Tensor)vars[0], null, FusedActivation.None);
    }

    /// <inheritdoc/>
    public override List<Tensor> backward(autograd.AutogradContext ctx, Tensor grad_output)
    {
        using var dense = ((SparseStorage)ctx.get_data(Weight)).ToDense();
        return [grad_output.matmul(dense), null!];
    }
}
