using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace CompressDsl;

/// <summary>
/// Every row is run from its first token on, for each token. Rows that have less are filled up at their right: a causal model does not look there, so it needs no mask.
/// </summary>
internal sealed class PrefixLogits(Module<Tensor, Tensor> model, Device device) : NextLogits(device)
{
    public override bool IsCached => false;

    public override void Reorder(long[] rows)
    {
    }

    public override void Dispose()
    {
    }

    protected override int Known(WrittenRow row) => 0;

    protected override Tensor Read(Tensor tokens, int[] counts) => model.call(tokens);
}
