using TorchSharp;
using static TorchSharp.torch;

namespace CompressDsl.Tests.Pruning;

/// <summary>Second moments, their factor in place, and what is left of them afterwards.</summary>
public sealed class HessianTests : IDisposable
{
    private readonly DisposeScope scope = NewDisposeScope();

    public void Dispose() => scope.Dispose();

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(300)]
    [InlineData(700)]
    public void Matrix_is_the_mean_of_products_over_sequences(long columns)
    {
        using var hessian = new Hessian(columns, CPU);
        var (first, second) = (Inputs(40, columns, 1), Inputs(25, columns, 2));
        hessian.Add(first, 3);
        hessian.Add(second.to(ScalarType.Float64), 1);
        var rows = cat([first, second]).to(ScalarType.Float64);
        var expected = rows.t().mm(rows) * (2.0 / 4);

        Assert.Equal(4, hessian.Samples);
        Assert.True((hessian.Matrix - expected).abs().max().item<double>() < 1e-5 * expected.abs().max().item<double>());
        Assert.True(hessian.Matrix.Equals(hessian.Matrix.t()));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(130)]
    [InlineData(500)]
    [InlineData(900)]
    public void Factor_is_that_of_the_inverse_and_the_matrix_comes_back_to_the_bit(long columns)
    {
        using var hessian = new Hessian(columns, CPU);
        hessian.Add(Inputs(2 * columns, columns, 3), 2);
        var before = hessian.Matrix.clone();
        using (var factor = new HessianFactor(hessian, 0.01))
        {
            var upper = factor.Upper.triu().to(ScalarType.Float64);
            var damped = before.to(ScalarType.Float64) + (eye(columns, dtype: ScalarType.Float64) * (0.01 * before.to(ScalarType.Float64).diagonal().mean().item<double>()));
            Assert.True((upper.t().mm(upper).mm(damped) - eye(columns, dtype: ScalarType.Float64)).abs().max().item<double>() < 2e-3);
            Assert.Equal((0.01, 0), (factor.Damping, factor.DampingRaises));
        }

        Assert.True(before.bytes.SequenceEqual(hessian.Matrix.bytes));
    }

    [Theory]
    [InlineData(60)]
    [InlineData(800)]
    public void Damping_is_raised_until_there_is_a_factor_and_told(long columns)
    {
        using var hessian = new Hessian(columns, CPU);
        hessian.Add(Inputs(4, columns, 4), 1);

        // Below zero by a twentieth of the mean: no sum of squares, but what rounding can make of one.
        var mean = hessian.Matrix.diagonal().mean().item<float>();
        hessian.Matrix.sub_(eye(columns) * (0.05f * mean));
        var before = hessian.Matrix.clone();
        using (var factor = new HessianFactor(hessian, 0.01))
        {
            Assert.Equal((0.1, 1), (Math.Round(factor.Damping, 12), factor.DampingRaises));
        }

        Assert.True(before.bytes.SequenceEqual(hessian.Matrix.bytes));
        hessian.Matrix.sub_(eye(columns) * (5 * mean));
        Assert.Contains("not positive definite", Assert.Throws<InvalidOperationException>(() => new HessianFactor(hessian, 0.01)).Message);
    }

    [Fact]
    public void Dead_columns_are_told_and_inputs_that_are_not_finite_refused()
    {
        using var hessian = new Hessian(20, CPU);
        var rows = Inputs(50, 20, 5);
        rows.narrow(1, 6, 2).zero_();
        hessian.Add(rows, 1);
        using (var factor = new HessianFactor(hessian, 0.01))
        {
            Assert.Equal([6, 7], factor.Dead.Places());
        }

        using var broken = new Hessian(20, CPU);
        rows.narrow(1, 3, 1).narrow(0, 2, 1).fill_(float.NaN);
        broken.Add(rows, 1);
        Assert.Contains("at input 3", Assert.Throws<InvalidOperationException>(() => new HessianFactor(broken, 0.01)).Message);
    }

    [Fact]
    public void RelativeError_is_that_of_the_outputs()
    {
        using var hessian = new Hessian(30, CPU);
        var rows = Inputs(80, 30, 6);
        hessian.Add(rows, 1);
        var (dense, pruned) = (Inputs(300, 30, 7), Inputs(300, 30, 8));
        var expected = rows.mm((dense - pruned).t()).square().sum().item<float>() / rows.mm(dense.t()).square().sum().item<float>();
        Assert.Equal(expected, hessian.RelativeError(dense, pruned), 1e-4 * expected);
        Assert.Equal(0, hessian.RelativeError(dense, dense));
        Assert.Equal(0, hessian.RelativeError(zeros(2, 30), zeros(2, 30)));
    }

    [Fact]
    public void Workers_add_up_their_rows_and_samples()
    {
        var rows = Inputs(40, 20, 9);
        using var team = new ThreadTeam(2);
        var matrices = new float[2][];
        Thread[] threads = [new(() => Work(0)), new(() => Work(1))];
        Array.ForEach(threads, static thread => thread.Start());
        Array.ForEach(threads, static thread => thread.Join());

        Assert.Equal(matrices[0], matrices[1]);
        Assert.True(allclose(tensor(matrices[0]).reshape(20, 20), rows.t().mm(rows).div(3), rtol: 1e-4, atol: 1e-4));

        void Work(int rank)
        {
            using var inner = NewDisposeScope();
            using var hessian = new Hessian(20, CPU);
            hessian.Add(rows.narrow(0, rank * 20, 20), 3);
            hessian.Sum(team.Worker(rank));
            matrices[rank] = hessian.Samples == 6 ? hessian.Matrix.Floats() : [];
        }
    }

    [Fact]
    public void What_cannot_be_added_is_named()
    {
        using var hessian = new Hessian(3, CPU);
        Assert.Contains("no samples", Assert.Throws<InvalidOperationException>(() => hessian.Matrix).Message);
        Assert.Contains("[4, 2]", Assert.Throws<ArgumentException>(() => hessian.Add(ones(4, 2), 1)).Message);
        Assert.Throws<ArgumentOutOfRangeException>(() => hessian.Add(ones(4, 3), 0));
        hessian.Add(ones(4, 3), 1);
        _ = hessian.Matrix;
        Assert.Contains("read already", Assert.Throws<InvalidOperationException>(() => hessian.Add(ones(4, 3), 1)).Message);
    }

    [Fact]
    public void Only_the_upper_triangle_is_replaced_by_its_factor()
    {
        var rows = Inputs(700, 300, 10);
        var matrix = rows.t().mm(rows);
        var factor = matrix.clone();
        Assert.True(TriangularFactor.TryInvert(factor));

        var upper = factor.triu();
        Assert.True((upper.t().mm(upper).mm(matrix) - eye(300)).abs().max().item<float>() < 1e-2);
        Assert.True(factor.tril(-1).Equals(matrix.tril(-1)));
        Assert.False(TriangularFactor.TryInvert(matrix.neg()));
    }

    /// <summary>Inputs that go together, one of them large.</summary>
    internal static Tensor Inputs(long rows, long columns, int seed)
    {
        using var generator = new Generator((ulong)seed);
        var inputs = randn(rows, columns, generator: generator) + randn(rows, 3, generator: generator).mm(randn(3, columns, generator: generator));
        inputs.narrow(1, columns / 2, 1).mul_(6);
        return inputs;
    }
}
