using CompressDsl.Tests.Pruning;
using CsCheck;
using TorchSharp;
using static TorchSharp.torch;

namespace CompressDsl.Tests.Sparsity;

/// <summary>Every kernel of every format, with registers of every width, against the dense product in float64.</summary>
[Collection(nameof(SparseProductTests))]
public sealed class SparseProductTests : IDisposable
{
    private static readonly int Widest = SparseProduct.Registers;

    private static readonly Gen<Problem> Problems =
        from rows in Gen.OneOf(Gen.Int[1, 9], Gen.Int[1, 70])
        from columns in Gen.OneOf(Gen.Int[1, 9], Gen.Int[1, 300])
        from vectors in Gen.OneOf(Gen.Int[1, 9], Gen.Int[1, 70], Gen.Int[250, 270])
        from density in Gen.OneOf(Gen.Const(0.0), Gen.Const(0.03), Gen.Const(0.2), Gen.Const(0.5), Gen.Const(0.9), Gen.Const(1.0))
        from hasBias in Gen.Bool
        from activation in Gen.Enum<FusedActivation>()
        from special in Gen.OneOf(Gen.Const(0f), Gen.Const(0f), Gen.Const(float.NaN), Gen.Const(float.PositiveInfinity), Gen.Const(float.NegativeInfinity))
        from seed in Gen.Int[0, 1000]
        select new Problem(rows, columns, vectors, density, hasBias, activation, special, seed);

    private readonly DisposeScope scope = NewDisposeScope();

    public static TheoryData<SparseKernel, ProductKernel, ScalarType, int> Paths
    {
        get
        {
            var paths = new TheoryData<SparseKernel, ProductKernel, ScalarType, int>();
            foreach (var type in new[] { ScalarType.Float32, ScalarType.BFloat16 })
            {
                foreach (var registers in new[] { 128, 256, 512 }.Where(width => width <= Widest))
                {
                    foreach (var kernel in new[] { ProductKernel.Dot, ProductKernel.Walk, ProductKernel.Tile })
                    {
                        paths.Add(SparseKernel.Bitmask, kernel, type, registers);
                        paths.Add(SparseKernel.SemiStructured, kernel, type, registers);
                        if (kernel != ProductKernel.Dot)
                        {
                            paths.Add(SparseKernel.Csr, kernel, type, registers);
                        }
                    }
                }
            }

            return paths;
        }
    }

    public void Dispose()
    {
        SparseProduct.Registers = Widest;
        scope.Dispose();
    }

    [Theory]
    [MemberData(nameof(Paths))]
    public void A_product_is_the_dense_product(SparseKernel format, ProductKernel kernel, ScalarType type, int registers) => Problems.Sample(
        problem =>
        {
            SparseProduct.Registers = registers;
            using var inner = NewDisposeScope();
            var (weight, x, bias) = problem.Draw(format, type);
            using var storage = SparseStorage.Compress(weight, format);
            var actual = storage.Linear(x, bias, problem.Activation, kernel);
            Assert.Equal(type, actual.dtype);

            var expected = problem.Activation.Of(nn.functional.linear(
                x.to(ScalarType.Float64), weight.to(ScalarType.Float64), bias?.to(ScalarType.Float64)));
            AssertClose(expected, actual, type == ScalarType.Float32 ? 2e-5 : 1.0 / 128, nn.functional.linear(
                x.abs().nan_to_num(1, 1, 1).to(ScalarType.Float64), weight.abs().to(ScalarType.Float64), bias?.abs().to(ScalarType.Float64)));
        },
        iter: 40,
        threads: 1);

    [Fact]
    public void Registers_are_as_wide_as_they_were_asked_to_be() => Assert.Equal(NarrowRegistersTests.ExpectedRegisters ?? $"{Widest}", $"{Widest}");

    [Fact]
    public void Every_kernel_gives_the_same_bits_with_any_number_of_threads()
    {
        var (weight, x, bias) = new Problem(300, 513, 40, 0.4, true, FusedActivation.None, 0, 3).Draw(SparseKernel.Bitmask, ScalarType.Float32);
        using var storage = SparseStorage.Compress(weight, SparseKernel.Bitmask);
        var threads = get_num_threads();
        try
        {
            foreach (var kernel in storage.Kernels)
            {
                set_num_threads(1);
                var alone = storage.Linear(x, bias, FusedActivation.None, kernel).Floats();
                set_num_threads(2);
                Assert.Equal(alone, storage.Linear(x, bias, FusedActivation.None, kernel).Floats());
                Assert.Equal(alone, WithOwnThreads(() => storage.Linear(x, bias, FusedActivation.None, kernel).Floats()));
            }
        }
        finally
        {
            set_num_threads(threads);
        }
    }

    [Fact]
    public void Several_threads_may_multiply_with_one_weight_at_once()
    {
        var (weight, x, _) = new Problem(200, 640, 20, 0.5, false, FusedActivation.None, 0, 4).Draw(SparseKernel.Bitmask, ScalarType.Float32);
        using var storage = SparseStorage.Compress(weight, SparseKernel.Bitmask);
        var expected = storage.Linear(x, null, FusedActivation.None, ProductKernel.Walk).Floats();
        float[][] Run() => [.. ParallelEnumerable.Range(0, 40).WithDegreeOfParallelism(4).Select(_ =>
        {
            using var inner = NewDisposeScope();
            return storage.Linear(x, null, FusedActivation.None, ProductKernel.Walk).Floats();
        })];

        Assert.All(Run(), actual => Assert.Equal(expected, actual));
        Assert.All(WithOwnThreads(Run), actual => Assert.Equal(expected, actual));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(40)]
    public void A_call_allocates_no_memory_of_its_own(int vectors)
    {
        var (weight, x, bias) = new Problem(256, 256, vectors, 0.5, true, FusedActivation.None, 0, 5).Draw(SparseKernel.Bitmask, ScalarType.Float32);
        using var storage = SparseStorage.Compress(weight, SparseKernel.Bitmask);
        foreach (var kernel in storage.Kernels)
        {
            // What TorchSharp allocates for the tensors around a product does not grow with it.
            var (small, large) = (Allocated(1), Allocated(vectors));
            Assert.InRange(large, 0, small + 200);

            long Allocated(int count)
            {
                using var some = x.narrow(0, 0, count);
                for (var warm = 0; warm < 3; warm++)
                {
                    storage.Linear(some, bias, FusedActivation.None, kernel).Dispose();
                }

                var before = GC.GetAllocatedBytesForCurrentThread();
                storage.Linear(some, bias, FusedActivation.None, kernel).Dispose();
                return GC.GetAllocatedBytesForCurrentThread() - before;
            }
        }
    }

    private static T WithOwnThreads<T>(Func<T> action)
    {
        var before = KernelTeam.UsesOpenMp;
        try
        {
            KernelTeam.UsesOpenMp = false;
            return action();
        }
        finally
        {
            KernelTeam.UsesOpenMp = before;
        }
    }

    /// <summary>NaN and infinity at the same places; elsewhere no further off than rounding the sum of the magnitudes may be.</summary>
    private static void AssertClose(Tensor expected, Tensor actual, double tolerance, Tensor magnitude)
    {
        var (wanted, got) = (expected, actual.to(ScalarType.Float64));
        var bound = magnitude.add(1).mul(tolerance);
        var same = wanted.isnan().logical_and(got.isnan()).logical_or(wanted.eq(got)).logical_or(wanted.sub(got).abs().le(bound));
        Assert.True(same.all().item<bool>(), $"expected {wanted.str()}\nactual {got.str()}");
    }

    /// <summary>A weight, an input and a bias.</summary>
    private sealed record Problem(
        int Rows, int Columns, int Vectors, double Density, bool HasBias, FusedActivation Activation, float Special, int Seed)
    {
        public (Tensor Weight, Tensor X, Tensor? Bias) Draw(SparseKernel format, ScalarType type)
        {
            using var generator = new Generator((ulong)Seed);
            var columns = format == SparseKernel.SemiStructured ? (Columns + 3) / 4 * 4 : Columns;
            var weight = randn(Rows, columns, generator: generator);
            if (format == SparseKernel.SemiStructured)
            {
                // Two of four at most: the third and fourth of a random order go, and more where the density is low.
                var rank = rand([Rows, columns / 4, 4], generator: generator).argsort(-1).argsort(-1).view(Rows, columns);
                weight.masked_fill_(rank.ge(Density < 0.3 ? 1 : 2), 0);
            }
            else
            {
                weight.masked_fill_(rand([Rows, columns], generator: generator).ge(Density), 0);
                weight[Seed % Rows] = Seed % 3 == 0 ? 0 : 1.5;
            }

            var x = randn(Vectors, columns, generator: generator);
            if (Special != 0)
            {
                x[Seed % Vectors, Seed % columns] = Special;
            }

            var bias = HasBias ? randn(Rows, generator: generator).to(type) : null;
            return (weight.to(type), x.to(type), bias);
        }
    }
}
