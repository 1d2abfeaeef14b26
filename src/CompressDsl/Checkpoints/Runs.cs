namespace CompressDsl;

/// <summary>Ascending numbers as runs [first, length]: what is left of channels lies mostly together.</summary>
internal static class Runs
{
    /// <summary>The runs of ascending numbers.</summary>
    public static int[][] Of(int[] ascending)
    {
        var runs = new List<int[]>();
        foreach (var number in ascending)
        {
            if (runs.Count > 0 && runs[^1][0] + runs[^1][1] == number)
            {
                runs[^1][1]++;
            }
            else
            {
                runs.Add([number, 1]);
            }
        }

        return [.. runs];
    }

    /// <summary>The numbers of runs; null where they are not ascending runs of numbers in [0, <paramref name="count"/>), or none.</summary>
    public static KeptIndices? Read(int[][] runs, int count)
    {
        var numbers = new List<int>();
        foreach (var run in runs)
        {
            if (run is not [var first, var length] || length < 1 || first < 0 || first > count - length || (numbers.Count > 0 && first <= numbers[^1]))
            {
                return null;
            }

            numbers.AddRange(Enumerable.Range(first, length));
        }

        return numbers.Count > 0 ? new(count, [.. numbers]) : null;
    }
}
