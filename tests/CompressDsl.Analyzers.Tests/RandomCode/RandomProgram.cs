namespace CompressDsl.Analyzers.Tests;

/// <summary>Some random classes that know those before them, in a namespace of their own.</summary>
internal static class RandomProgram
{
    /// <summary>The program of a seed.</summary>
    public static string Write(ulong seed)
    {
        var choices = new Choices(seed);
        var classes = new List<RandomClass>();

        for (var i = 0; i < 2 + choices.Below(4); i++)
        {
            classes.Add(new RandomClass($"C{i}", choices, classes));
        }

        return $"namespace P{seed}\n{{\n{string.Join("\n\n", classes.Select(static written => written.Text))}\n}}\n";
    }
}
