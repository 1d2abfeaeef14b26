namespace TextTeacher;

/// <summary>Cuts text into windows of tokens; a token is a byte, and every byte of a window after its first is to be predicted.</summary>
public static class TextWindows
{
    /// <summary>Endless batches of windows from anywhere in <paramref name="text"/>; the same seed gives the same windows in the same order.</summary>
    /// <returns>[batch, context] arrays.</returns>
    public static IEnumerable<long[,]> Random(byte[] text, int batch, int context, int seed)
    {
        var random = new Random(seed);
        while (true)
        {
            yield return Stack(text, [.. Enumerable.Range(0, batch).Select(_ => random.Next(text.Length - context + 1))], context);
        }
    }

    /// <summary>Exactly <paramref name="count"/> windows, spread evenly over <paramref name="text"/> from its first byte to its last.</summary>
    /// <returns>[at most batch, context] arrays.</returns>
    public static IEnumerable<long[,]> Even(byte[] text, int count, int batch, int context)
    {
        var last = text.Length - context;
        return Enumerable.Range(0, count).Select(i => (int)((long)last * i / Math.Max(1, count - 1))).Chunk(batch).Select(starts => Stack(text, starts, context));
    }

    private static long[,] Stack(byte[] text, int[] starts, int context)
    {
        var tokens = new long[starts.Length, context];
        for (var row = 0; row < starts.Length; row++)
        {
            for (var column = 0; column < context; column++)
            {
                tokens[row, column] = text[starts[row] + column];
            }
        }

        return tokens;
    }
}
