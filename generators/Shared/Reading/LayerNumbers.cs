using System.Collections.Immutable;

namespace CompressDsl.Reading;

/// <summary>Layers that are written out as numbers (CDSL5010).</summary>
internal static class LayerNumbers
{
    /// <summary>What is wrong with them, in words; null where nothing is, or none are given.</summary>
    /// <param name="numbers">The layers, from 0.</param>
    /// <param name="step">1 for one row of layers, 2 for pairs of student's and teacher's: each must rise.</param>
    public static string? FindProblem(ImmutableArray<int> numbers, int step)
    {
        if (numbers.Length % step != 0)
        {
            return $"has {numbers.Length} numbers, and layers come in pairs: the student's, the teacher's";
        }

        for (var i = 0; i < numbers.Length; i++)
        {
            if (numbers[i] < 0)
            {
                return $"names layer {numbers[i]}; layers are counted from 0";
            }

            if (i >= step && numbers[i] <= numbers[i - step])
            {
                return $"names layer {numbers[i]} {(numbers[i] == numbers[i - step] ? "twice" : $"after layer {numbers[i - step]}")}; layers stand in rising order, each once";
            }
        }

        return null;
    }
}
