using CompressDsl;
using Models;
using TorchSharp;
using static TorchSharp.torch;

namespace LlamaProgram.Bench;

/// <summary>Models with random weights, of which a part is zero: as a masked model in dense storage is.</summary>
internal static class RandomModel
{
    // Of four neighbours two stay: the ways to choose them.
    private static readonly float[,] Pairs = { { 1, 1, 0, 0 }, { 1, 0, 1, 0 }, { 1, 0, 0, 1 }, { 0, 1, 1, 0 }, { 0, 1, 0, 1 }, { 0, 0, 1, 1 } };

    /// <summary>Makes one; the same seed gives the same.</summary>
    /// <param name="config">Its shape.</param>
    /// <param name="sparsity">The fraction of the weights of its pruned layers that is zero; null: two of every four neighbours.</param>
    /// <param name="dtype">The type of its parameters.</param>
    /// <param name="seed">Decides the weights and which of them are zero.</param>
    internal static Llama Create(LlamaConfig config, double? sparsity, ScalarType dtype, int seed)
    {
        using var gradientsOff = no_grad();
        manual_seed(seed);
        var model = new Llama(config);
        foreach (var layer in model.modules().OfType<SparseLinear>())
        {
            using var scope = NewDisposeScope();
            layer.weight.mul_(sparsity is { } zeros ? empty_like(layer.weight).bernoulli_(1 - zeros) : TwoOfFour(layer.weight.shape));
        }

        model.to(dtype);
        model.eval();
        return model;
    }

    private static Tensor TwoOfFour(long[] shape) => tensor(Pairs).index_select(0, randint(Pairs.GetLength(0), shape[0] * shape[1] / 4)).view(shape);
}
