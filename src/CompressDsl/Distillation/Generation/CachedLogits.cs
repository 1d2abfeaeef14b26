using static TorchSharp.torch;

namespace CompressDsl;

/// <summary>Each token is read once; what came before is in the cache, which it owns.</summary>
internal sealed class CachedLogits(ICausalDecoder model, KeyValueCache cache, Device device) : NextLogits(device)
{
    public override bool IsCached => true;

    public override void Reorder(long[] rows) => cache.Reorder(rows);

    public override void Dispose() => cache.Dispose();

    // All but the newest token, and at first nothing.
    protected override int Known(WrittenRow row) => row.Written == 0 ? 0 : row.Tokens.Count - 1;

    protected override Tensor Read(Tensor tokens, int[] counts) => cache.Read(model, tokens, counts);
}
