namespace CompressDsl.Tests.Pruning;

/// <summary>The column loop gives the same bits at every width of registers, also where the machine has none so wide.</summary>
public sealed class SparseGptColumnsTests
{
    [Theory]
    [InlineData(37, 24, 0, 0)]
    [InlineData(37, 26, 0, 0)]
    [InlineData(16, 64, 2, 4)]
    [InlineData(5, 48, 3, 8)]
    [InlineData(20, 30, 1, 3)]
    public void All_widths_give_the_same_bits(int rows, int columns, int zeros, int group)
    {
        var wide = Run(SparseGptColumns<Lanes512>.Prune, rows, columns, zeros, group);
        var portable = Run(SparseGptColumns<PortableLanes>.Prune, rows, columns, zeros, group);

        Assert.Equal(wide.Weights, portable.Weights);
        Assert.Equal(wide.Pruned, portable.Pruned);
        Assert.Equal(wide.Errors, portable.Errors);
        Assert.Equal(wide.Losses, portable.Losses);
        Assert.All(wide.Losses, static loss => Assert.True(loss > 0));
    }

    private static (float[] Weights, byte[] Pruned, float[] Errors, double[] Losses) Run(ColumnLoop loop, int rows, int columns, int zeros, int group)
    {
        // A block that begins in the middle of the row and is pruned in full.
        var (block, width) = (columns / 2, columns / 2);
        var random = new Random(rows);
        float[] weights = [.. Enumerable.Range(0, rows * columns).Select(_ => random.NextSingle() - 0.5f)];
        byte[] pruned = [.. Enumerable.Range(0, rows * columns).Select(_ => (byte)(random.Next(group == 0 ? 2 : 9) / (group == 0 ? 1 : 8)))];
        float[] factor = [.. Enumerable.Range(0, width * width).Select(i => i / width > i % width ? 0 : (i % (width + 1) == 0 ? 1 : 0) + (random.NextSingle() / 4))];
        var (errors, losses) = (new float[rows * width], new double[rows]);
        loop(new(columns, block, block, columns, columns), zeros, group, factor, weights, pruned, errors, losses);
        return (weights, pruned, errors, losses);
    }
}
