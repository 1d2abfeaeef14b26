namespace CompressDsl.Tests;

public sealed class LayerPairsTests
{
    [Theory]
    [InlineData(LayerMap.Identity, 3, 6, new[] { 0, 1, 2 })]
    [InlineData(LayerMap.EveryOther, 3, 6, new[] { 1, 3, 5 })]
    [InlineData(LayerMap.Last, 3, 6, new[] { 3, 4, 5 })]
    [InlineData(LayerMap.Uniform, 4, 12, new[] { 2, 5, 8, 11 })]
    [InlineData(LayerMap.Uniform, 3, 4, new[] { 0, 1, 3 })]
    [InlineData(LayerMap.Uniform, 3, 3, new[] { 0, 1, 2 })]
    public void Map_says_which_layers_belong_together(LayerMap map, int student, int teacher, int[] expected)
    {
        var pairs = LayerPairs.Of(map, student, teacher);
        Assert.Equal(Enumerable.Range(0, student), pairs.Select(static pair => pair.Student));
        Assert.Equal(expected, pairs.Select(static pair => pair.Teacher));
    }

    [Theory]
    [InlineData(LayerMap.EveryOther, 3, 5, "needs 6")]
    [InlineData(LayerMap.Last, 3, 2, "needs 3")]
    public void Teacher_with_too_few_layers_is_refused(LayerMap map, int student, int teacher, string message)
        => Assert.Contains(message, Assert.Throws<ArgumentException>(() => LayerPairs.Of(map, student, teacher)).Message);

    [Fact]
    public void Written_pairs_are_taken_as_they_are()
        => Assert.Equal([(0, 1), (2, 5)], LayerPairs.Of([0, 1, 2, 5], 3, 6));

    [Theory]
    [InlineData(new[] { 0, 1, 1 }, "3 numbers")]
    [InlineData(new[] { 0, 6 }, "layer 6 of the teacher")]
    [InlineData(new[] { 3, 0 }, "layer 3 of the student")]
    [InlineData(new[] { 0, 1, 1, 1 }, "after layer 1")]
    [InlineData(new[] { 1, 0, 0, 1 }, "layer 0 of the student stands after layer 1")]
    public void Written_pairs_out_of_range_or_order_are_refused(int[] pairs, string message)
        => Assert.Contains(message, Assert.Throws<ArgumentException>(() => LayerPairs.Of(pairs, 3, 6)).Message);
}
