using static TorchSharp.torch;

namespace CompressDsl;

/// <summary>
/// Where the outputs and the inputs of a weight are, told as two ways to lay its numbers out as a table: <see cref="Outputs"/> (one row an output,
/// its weights in the order in which they are stored) and <see cref="Inputs"/> (the input dimension innermost, so that neighbours along it are
/// neighbours).
/// </summary>
internal sealed class WeightLayout
{
    private WeightLayout(Table outputs, Table inputs) => (Outputs, Inputs) = (outputs, inputs);

    /// <summary>[outputs, everything that leads to one output].</summary>
    public Table Outputs { get; }

    /// <summary>[everything else, inputs].</summary>
    public Table Inputs { get; }

    /// <summary>[out, ..., in]: linear layers, embeddings, bilinear layers, parameters. A vector is one row.</summary>
    public static WeightLayout OutputFirst(long[] shape)
    {
        var order = Range(shape.Length);
        var row = shape.Length == 1 ? shape[0] : Product(shape[1..]);
        return new(new(shape, order, row), new(shape, order, shape[^1]));
    }

    /// <summary>[out, in / groups, kernel...].</summary>
    public static WeightLayout Convolution(long[] shape)
    {
        var order = Range(shape.Length);
        return new(new(shape, order, Product(shape[1..])), new(shape, [0, .. order[2..], 1], shape[1]));
    }

    /// <summary>[in, out / groups, kernel...]: input channel i leads to the outputs of its own group only.</summary>
    public static WeightLayout TransposedConvolution(long[] shape, long groups)
    {
        long[] split = [groups, shape[0] / groups, .. shape[1..]];
        var order = Range(split.Length);
        return new(
            new(split, [0, 2, 1, .. order[3..]], split[1] * Product(split[3..])),
            new(split, [0, 2, .. order[3..], 1], split[1]));
    }

    private static long[] Range(int length) => [.. Enumerable.Range(0, length).Select(static i => (long)i)];

    private static long Product(long[] sizes) => sizes.Aggregate(1L, static (product, size) => product * size);

    /// <summary>One way to lay a tensor out as a table [rows, columns], and back.</summary>
    /// <param name="Split">The shape of the tensor, with a dimension split where that is needed.</param>
    /// <param name="Order">The order of those dimensions in the table.</param>
    /// <param name="Columns">The length of a row.</param>
    internal sealed record Table(long[] Split, long[] Order, long Columns)
    {
        /// <summary>The tensor as [rows, columns].</summary>
        public Tensor Lay(Tensor tensor) => tensor.reshape(Split).permute(Order).reshape(-1, Columns);

        /// <summary>The table as a tensor of <paramref name="shape"/>: undoes <see cref="Lay"/>.</summary>
        public Tensor Gather(Tensor table, long[] shape)
        {
            var inverse = new long[Order.Length];
            for (var i = 0; i < Order.Length; i++)
            {
                inverse[Order[i]] = i;
            }

            return table.reshape([.. Order.Select(i => Split[i])]).permute(inverse).reshape(shape);
        }
    }
}
