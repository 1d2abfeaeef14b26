using CsCheck;
using TorchSharp;
using static TorchSharp.torch;

namespace CompressDsl.Tests.Pruning;

/// <summary>Outliers are counted over all of a layer, and the sparsities they give keep the mean.</summary>
public sealed class OwlTests : IDisposable
{
    private readonly DisposeScope scope = NewDisposeScope();

    public void Dispose() => scope.Dispose();

    [Fact]
    public void Outliers_are_above_m_times_the_mean_of_the_whole_layer() =>
        // The mean is 2: of eight scores one is above 6.
        Assert.Equal(12.5, Owl.OutlierShare([tensor(new float[] { 1, 1, 1, 6 }), tensor(new float[] { 0, 0, 0, 7 }).reshape(2, 2)], 3));

    [Theory]
    [InlineData(float.NaN)]
    [InlineData(float.PositiveInfinity)]
    public void Scores_that_are_not_finite_are_refused(float score) =>
        Assert.Throws<InvalidOperationException>(() => Owl.OutlierShare([tensor(new[] { 1, score })], 5));

    [Fact]
    public void Sparsities_have_the_target_as_mean_and_fall_with_the_outliers() => Gen.Select(Gen.Double[0, 20].Array[2, 12], Gen.Double[0.3, 0.7]).Sample(
        (shares, target) =>
        {
            var sparsities = Owl.Sparsities(shares, target, 0.1);
            Assert.Equal(target, sparsities.Average(), 9);
            Assert.Equal(shares.Index().OrderBy(static pair => pair.Item).Select(pair => sparsities[pair.Index]), sparsities.OrderDescending());
            if (shares.Distinct().Count() > 1)
            {
                Assert.Equal(0.2, sparsities.Max() - sparsities.Min(), 9);
            }
        });

    [Fact]
    public void Equal_shares_give_the_target_everywhere() => Assert.Equal([0.6, 0.6, 0.6], Owl.Sparsities([1.5, 1.5, 1.5], 0.6, 0.08));

    [Theory]
    [InlineData(0.9)]
    [InlineData(0.1)]
    public void Sparsities_outside_of_0_and_1_are_refused_with_the_lambda_that_is_too_large(double target)
    {
        // The scaled shares are 0, 0.5 and 1: sparsities are the target and lambda more and less.
        var message = Assert.Throws<InvalidOperationException>(() => Owl.Sparsities([1, 2, 3], target, 0.2)).Message;

        Assert.Contains("lambda must be less than 0.1", message, StringComparison.Ordinal);
        Assert.Equal(3, Owl.Sparsities([1, 2, 3], target, 0.0999).Length);
        Assert.Throws<InvalidOperationException>(() => Owl.Sparsities([1, 2, 3], target, 0.1001));
    }
}
