namespace CompressDsl.Analyzers.Tests;

/// <summary>Some random classes that know those before them, in a namespace of their own.</summary>
internal static class RandomProgram
{
    /// <summary>The program of a seed.</summary>
    /// <param name="seed">The seed.</param>
    /// <param name="isAnnotated">Whether there are attributes in it.</param>
    public static string Write(ulong seed, bool isAnnotated = true)
    {
        var choices = new Choices(seed);
        var classes = new List<RandomClass>();

        for (var i = 0; i < 2 + choices.Below(4); i++)
        {
            classes.Add(new RandomClass($"C{i}", choices, classes, isAnnotated));
        }

        return $"namespace P{seed}\n{{\n{string.Join("\n\n", classes.Select(static written => written.Text))}\n}}\n";
    }
}
