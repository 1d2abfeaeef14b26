using static TorchSharp.torch;

namespace CompressDsl;

/// <summary>What got smaller.</summary>
/// <param name="Model">The model's name.</param>
/// <param name="Structures">Every group of heads or channels and every list of blocks that lost something.</param>
/// <param name="ParametersBefore">How many numbers the parameters held.</param>
/// <param name="ParametersAfter">How many they hold now.</param>
/// <param name="Seconds">How long it took.</param>
public sealed record ShrinkReport(
    string Model, IReadOnlyList<ShrunkStructure> Structures, long ParametersBefore, long ParametersAfter, double Seconds) : Report
{
    /// <inheritdoc/>
    protected override string ToText()
    {
        var table = new TextTable("structure", "before", "after");
        foreach (var structure in Structures)
        {
            table.Add(structure.Path, Display.Count(structure.Before), Display.Count(structure.After));
        }

        table.Add("all parameters", Display.Count(ParametersBefore), Display.Count(ParametersAfter));
        return $"{Model}: shrunk in {Display.Milliseconds(Seconds * 1000)}\n{table}"
            + string.Concat(Structures.Where(static structure => structure.Obstacle is not null).Select(static structure => $"\n{structure.Path}: {structure.Obstacle}"));
    }
}

/// <summary>Shrinking in one call.</summary>
public static class ShrinkExtensions
{
    /// <summary>Makes structure masks real: the tensors of masked heads, channels and blocks get smaller; see <see cref="Shrinker.Run"/>.</summary>
    /// <param name="model">An annotated module, or one that has annotated modules below.</param>
    public static ShrinkReport Shrink(this nn.Module model)
    {
        var result = Shrinker.Run(model);
        return new(model.GetName(), result.Structures, result.ParametersBefore, result.ParametersAfter, result.Seconds);
    }
}
