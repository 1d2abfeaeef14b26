using CsCheck;

namespace CompressDsl.Tests;

/// <summary>How many units go, and which.</summary>
public sealed class GroupSelectionTests
{
    private static int[] Choose(ChannelGroup group, float[] scores, GroupSelectionAmount amount, GroupCutOff cutOff = default)
    {
        GroupSelection.Choose([group], [scores], amount, cutOff: cutOff);
        return [.. group.Removed];
    }

    private static ChannelGroup Group(int count, int parts = 1, string name = "group") => new(name, count, [], parts);

    [Theory]
    [InlineData(0.25, 1, 2)]
    [InlineData(0.29, 1, 2)]
    [InlineData(0.5, 4, 4)]
    [InlineData(0.3, 4, 0)]
    [InlineData(0.6, 8, 0)]
    [InlineData(0.99, 1, 7)]
    public void Never_more_than_the_fraction_goes_and_what_stays_is_a_multiple(double ratio, int roundTo, int removed)
        => Assert.Equal(removed, Choose(Group(8), [5, 1, 7, 3, 0, 2, 6, 4], new(ratio, RoundTo: roundTo)).Length);

    [Fact]
    public void Lowest_scores_go_and_of_equal_ones_the_lower_index()
    {
        Assert.Equal([1, 4], Choose(Group(6), [5, 1, 7, 3, 0, 2], new(0.34)));
        Assert.Equal([0, 1], Choose(Group(6), [1, 1, 1, 1, 1, 1], new(0.34)));
    }

    [Fact]
    public void Every_part_loses_as_many()
    {
        // The three lowest are in the first part.
        Assert.Equal([0, 1, 6, 7], Choose(Group(8, parts: 2), [0, 1, 2, 9, 8, 7, 5, 6], new(0.5)));
        Assert.Equal([], Choose(Group(8, parts: 4), [0, 1, 2, 9, 8, 7, 5, 6], new(0.25)));
        Assert.Equal([1, 3, 4, 6], Choose(Group(8, parts: 4), [5, 1, 7, 3, 0, 2, 4, 6], new(0.5)));
    }

    [Theory]
    [InlineData(0.2, 0)]
    [InlineData(0.4, 1)]
    [InlineData(0.8, 2)]
    [InlineData(1, 3)]
    public void Share_of_what_is_to_go_goes(double share, int removed)
    {
        Assert.Equal(removed, Choose(Group(8), [5, 1, 7, 3, 0, 2, 6, 4], new(0, Keep: 5, Share: share)).Length);
        Assert.Equal(removed, Choose(Group(8), [5, 1, 7, 3, 0, 2, 6, 4], new(0.375, Share: share)).Length);
    }

    [Fact]
    public void Global_ranking_takes_the_lowest_of_all_groups_and_leaves_one_of_each()
    {
        ChannelGroup[] groups = [Group(4), Group(4), Group(4, parts: 2)];
        float[][] scores = [[0.1f, 0.2f, 0.3f, 0.4f], [5, 6, 7, 8], [0.5f, 9, 0.6f, 9]];

        GroupSelection.Choose(groups, scores, new(0.5), global: true);

        // 6 of 12: three of the first group, of which one must stay, a pair of the third, and the next is one of the second.
        Assert.Equal([[0, 1, 2], [0], [0, 2]], groups.Select(static group => group.Removed));
    }

    [Theory]
    [InlineData(-0.1, null, 1, 1.0, "ratio")]
    [InlineData(1.0, null, 1, 1.0, "ratio")]
    [InlineData(double.NaN, null, 1, 1.0, "ratio")]
    [InlineData(0.5, 9, 1, 1.0, "from 1 to 8")]
    [InlineData(0.5, 0, 1, 1.0, "from 1 to 8")]
    [InlineData(0.5, null, 0, 1.0, "RoundTo")]
    [InlineData(0.5, null, 1, 0.0, "share")]
    [InlineData(0.5, null, 1, 1.1, "share")]
    public void Amounts_out_of_range_are_named(double ratio, int? keep, int roundTo, double share, string named)
    {
        var group = Group(8);
        Assert.Contains(named, Assert.ThrowsAny<ArgumentException>(() => Choose(group, new float[8], new(ratio, keep, roundTo, share))).Message);
        Assert.Empty(group.Removed);
    }

    [Theory]
    [InlineData(8, 1, 0.1, 1, "0.8 of 8 would go, and less than one is none")]
    [InlineData(8, 4, 0.25, 1, "2 of 8 would go, and each of its 4 parts must lose as many")]
    [InlineData(8, 1, 0.25, 8, "what stays must be a multiple of 8")]
    [InlineData(8, 1, 0.25, 1, null)]
    public void Reason_why_nothing_goes_is_told(int count, int parts, double ratio, int roundTo, string? told)
    {
        var group = Group(count, parts);
        var amount = new GroupSelectionAmount(ratio, RoundTo: roundTo);
        Choose(group, new float[count], amount);

        var why = GroupSelection.WhyNothing(group, amount);

        Assert.Equal(told is null, why is null);
        Assert.Contains(told ?? "", why ?? "");
    }

    [Fact]
    public void Whatever_is_asked_for_something_stays_and_parts_agree() => Gen.Select(Gen.Int[1, 6], Gen.Int[1, 5], Gen.Double[0, 0.999], Gen.Int[1, 9], Gen.Int[0, 2])
        .Sample((perPart, parts, ratio, roundTo, cutOff) =>
        {
            var group = Group(perPart * parts, parts);
            var scores = Enumerable.Range(0, group.Count).Select(static unit => (float)(unit * 7 % 5)).ToArray();

            Choose(group, scores, new(ratio, RoundTo: roundTo), (GroupCutOff)cutOff);

            Assert.NotEmpty(group.Kept);
            Assert.Single(group.Removed.CountBy(unit => unit / perPart).Select(static part => part.Value).DefaultIfEmpty().Distinct());
            if ((GroupCutOff)cutOff == GroupCutOff.AtMost)
            {
                Assert.True(group.Removed.Count <= (group.Count * ratio) + 1e-6);
                Assert.True(group.Removed.Count == 0 || group.Kept.Count % roundTo == 0);
            }
        });
}
