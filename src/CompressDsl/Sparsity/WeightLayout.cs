using static TorchSharp.torch;

namespace CompressDsl;

/// <summary>
/// How a weight is laid out as a matrix: one row an output, and in it the weights that lead there, the input dimension innermost, so that neighbours
/// along the input dimension are neighbours.
/// </summary>
/// <param name="Split">The shape of the tensor, with a dimension split where that is needed.</param>
/// <param name="Order">The order of those dimensions in the matrix.</param>
/// <param name="Columns">The length of a row.</param>
/// <param name="Inputs">How many neighbours there are along the input dimension; divides <paramref name="Columns"/>.</param>
internal sealed record WeightLayout(long[] Split, long[] Order, long Columns, long Inputs)
{
    /// <summary>[out, ..., in]: linear layers, embeddings, bilinear layers, parameters. A vector is one row.</summary>
    public static WeightLayout OutputFirst(long[] shape) =>
        new(shape, Range(shape.Length), shape.Length == 1 ? shape[0] : Product(shape[1..]), shape[^1]);

    /// <summary>[out, in / groups, kernel...].</summary>
    public static WeightLayout Convolution(long[] shape) =>
        new(shape, [0, .. Range(shape.Length)[2..], 1], Product(shape[1..]), shape[1]);

    /// <summary>[in, out / groups, kernel...]: input channel i leads to the outputs of its own group only.</summary>
    public static WeightLayout TransposedConvolution(long[] shape, long groups)
    {
        long[] split = [groups, shape[0] / groups, .. shape[1..]];
        return new(split, [0, 2, .. Range(split.Length)[3..], 1], split[1] * Product(split[3..]), split[1]);
    }

    /// <summary>The tensor as a matrix [outputs, columns].</summary>
    public Tensor Lay(Tensor tensor) => tensor.reshape(Split).permute(Order).reshape(-1, Columns);

    /// <summary>The matrix as a tensor of <paramref name="shape"/>: undoes <see cref="Lay"/>.</summary>
    public Tensor Gather(Tensor matrix, long[] shape)
    {
        var inverse = new long[Order.Length];
        for (var i = 0; i < Order.Length; i++)
        {
            inverse[Order[i]] = i;
        }

        return matrix.reshape([.. Order.Select(i => Split[i])]).permute(inverse).reshape(shape);
    }

    private static long[] Range(int length) => [.. Enumerable.Range(0, length).Select(static i => (long)i)];

    private static long Product(long[] sizes) => sizes.Aggregate(1L, static (product, size) => product * size);
}
