using static TorchSharp.torch;

namespace CompressDsl;

/// <summary>
/// The chunked loss as a node of torch's graph, over (hidden, weight, bias or null, <see cref="ChunkedPass"/>, <see cref="HeadRows"/>). The gradients
/// are known after the forward pass, for recomputing the logits in backward would cost half as much again; backward scales them.
/// </summary>
internal sealed class ChunkedLossFunction : autograd.SingleTensorFunction<ChunkedLossFunction>
{
    public override string Name => nameof(ChunkedLossFunction);

    public override Tensor forward(autograd.AutogradContext ctx, params object[] vars)
    {
        var pass = (ChunkedPass)vars[3];
        var gradients = new HeadGradients((HeadRows)vars[4]);
        var total = pass.Run(gradients);
        // The graph holds them, and lets go of them with the total; the wrappers go with the scope around.
        ctx.save_for_backward(gradients.Finish()!);
        ctx.save_data(nameof(ChunkedPass), pass);
        return total;
    }

    public override List<Tensor> backward(autograd.AutogradContext ctx, Tensor grad_output)
    {
        using var _ = grad_output;
        var pass = (ChunkedPass)ctx.get_data(nameof(ChunkedPass));
        if (pass.IsSpent || is_grad_enabled())
        {
            // An exception cannot cross libtorch. A gradient that cannot be (no such shape, no such place) makes libtorch throw one of its own.
            return [Impossible(), Impossible(), pass.HasBias ? Impossible() : null!, null!, null!];
        }

        pass.IsSpent = true;
        var gradients = ctx.get_saved_variables();
        foreach (var gradient in gradients)
        {
            // In place: a second one of the size of the weight would double the peak.
            gradient?.mul_(grad_output);
        }

        return [.. gradients, null!, null!];

        static Tensor Impossible() => empty(2, 3, 5, device: META);
    }
}
