using CompressDsl.Tests.Pruning;
using CsCheck;
using static TorchSharp.torch;

namespace CompressDsl.Tests.Sparsity;

/// <summary>The layouts of compressed-tensors against what libtorch's operators say of the dense weight.</summary>
public sealed class CompressedWeightTests
{
    private static readonly ScalarType[] Types = [ScalarType.Float16, ScalarType.BFloat16, ScalarType.Float32, ScalarType.Float64];

    private static readonly Gen<double> Number = Gen.OneOf(
        Gen.Double[-2, 2], Gen.Const(0.0), Gen.Const(-0.0), Gen.Const(0.0), Gen.Const(double.NaN), Gen.Const(double.NegativeInfinity), Gen.Const(6e-8), Gen.Const(1e-310));

    [Fact]
    public void Bitmask_stores_what_is_not_zero_and_gives_it_back_bit_for_bit() => Gen.Select(
        Gen.Int[1, 9], Gen.Int[1, 40], Gen.Int[0, 3].Select(static i => Types[i]), Gen.Bool, Number.Array[9 * 40]).Sample(
            (rows, columns, type, isTransposed, numbers) =>
            {
                using var scope = NewDisposeScope();
                var weight = Weight(rows, columns, type, isTransposed, numbers);
                var stored = weight.ne(0);

                var compressed = CompressedWeight.Compress(weight, CompressedFormat.SparseBitmask);

                Assert.Equal((rows, columns), compressed.Shape);
                Assert.Equal(weight.masked_select(stored).bytes, compressed.Values.bytes);
                Assert.Equal(stored.Places(), BitRows.Unpack(compressed.Bits, columns).Places());
                Assert.Equal(RowOffsets.Of(stored).narrow(0, 0, rows).data<long>().ToArray(), compressed.Offsets!.data<long>().ToArray());
                Assert.Equal(weight.masked_fill(stored.logical_not(), 0).contiguous().bytes, compressed.ToDense().bytes);
                Assert.True(compressed.Stores(stored));
                Assert.False(compressed.Stores(stored.logical_not()));
            },
            iter: 200,
            threads: 1);

    [Fact]
    public void Two_of_four_stores_two_of_every_four_and_gives_back_the_weight_bit_for_bit() => Gen.Select(
        Gen.Int[1, 9], Gen.Int[1, 10], Gen.Int[0, 3].Select(static i => Types[i]), Gen.Bool, Number.Array[9 * 40]).Sample(
            (rows, groups, type, isTransposed, numbers) =>
            {
                using var scope = NewDisposeScope();
                var weight = Weight(rows, groups * 4, type, isTransposed, numbers);

                // The third number of a group and the fourth, and so on, become zero.
                var tooMany = weight.ne(0).reshape(-1, 4).cumsum(1).gt(2).view(weight.shape);
                var fitting = weight.masked_fill(tooMany, -0.0);

                var compressed = CompressedWeight.Compress(fitting, CompressedFormat.Sparse24Bitmask);

                var stored = BitRows.Unpack(compressed.Bits, groups * 4);
                Assert.Null(compressed.Offsets);
                Assert.Equal([rows, groups * 2], compressed.Values.shape);
                Assert.True(stored.view(-1, 4).sum(dim: 1).eq(2).all().item<bool>());
                Assert.True(stored.logical_or(fitting.eq(0)).all().item<bool>());
                Assert.Equal(fitting.masked_fill(fitting.eq(0), 0).contiguous().bytes, compressed.ToDense().bytes);
            },
            iter: 200,
            threads: 1);

    [Fact]
    public void One_bit_far_down_is_another_mask()
    {
        using var weight = ones(700, 3);
        using var kept = ones(700, 3, dtype: ScalarType.Bool);
        using var scope = NewDisposeScope();
        var compressed = CompressedWeight.Compress(weight, CompressedFormat.SparseBitmask);
        Assert.True(compressed.Stores(kept));
        kept[699, 2] = false;
        Assert.False(compressed.Stores(kept));
    }

    [Fact]
    public void Three_of_four_are_refused_with_their_place()
    {
        using var weight = zeros(5, 12, dtype: ScalarType.Float16);
        weight[3, 8] = 1;
        weight[3, 9] = double.NaN;
        weight[3, 11] = 2;
        var error = Assert.Throws<ArgumentException>(() => CompressedWeight.Compress(weight, CompressedFormat.Sparse24Bitmask));
        Assert.Contains("Row 3 of the weight has more than two numbers in the columns 8 to 11", error.Message, StringComparison.Ordinal);
        using var odd = zeros(5, 6);
        Assert.Contains("[5, 6]", Assert.Throws<ArgumentException>(() => CompressedWeight.Compress(odd, CompressedFormat.Sparse24Bitmask)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Whole_numbers_are_no_weights()
    {
        foreach (var type in new[] { ScalarType.Int8, ScalarType.Int32 })
        {
            using var weight = ones(2, 2, dtype: type);
            var error = Assert.Throws<ArgumentException>(() => CompressedWeight.Compress(weight, CompressedFormat.SparseBitmask));
            Assert.Contains($"The weight is {type}; Float16", error.Message, StringComparison.Ordinal);
        }
    }

    private static Tensor Weight(int rows, int columns, ScalarType type, bool isTransposed, double[] numbers)
    {
        var all = tensor(numbers).narrow(0, 0, rows * columns).to(type);
        return isTransposed ? all.view(columns, rows).t() : all.view(rows, columns);
    }
}
