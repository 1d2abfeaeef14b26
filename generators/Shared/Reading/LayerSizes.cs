using Microsoft.CodeAnalysis;

namespace CompressDsl.Reading;

/// <summary>
/// The sizes of a linear layer, where the code that creates it gives them as constants. What comes from elsewhere is not among them: a rule
/// speaks only of what it can prove.
/// </summary>
internal static class LayerSizes
{
    /// <summary>The input features that the layer in a field or property is created with, for every creation that says them.</summary>
    public static IEnumerable<long> FindInputs(ISymbol member, Compilation compilation, CancellationToken token)
        => Find(member, "inputSize", compilation, token).OfType<long>();

    /// <summary>The output features of the layer in a field or property, for every creation that says them.</summary>
    public static IEnumerable<long> FindOutputs(ISymbol member, Compilation compilation, CancellationToken token)
        => Find(member, "outputSize", compilation, token).OfType<long>();

    /// <summary>The output features of the layer in a field or property, where every creation says the same.</summary>
    public static long? ReadOutput(ISymbol member, Compilation compilation, CancellationToken token)
    {
        var sizes = Find(member, "outputSize", compilation, token).Distinct().ToArray();

        return sizes is [var size] ? size : null;
    }

    private static IEnumerable<long?> Find(ISymbol member, string parameter, Compilation compilation, CancellationToken token)
        => Creations.Find(member, compilation, token).Select(creation => ReadConstant(creation, parameter, token));

    private static long? ReadConstant(Creation? creation, string parameter, CancellationToken token)
        => creation?.Argument(parameter) is { } argument ? Constants.Read(argument, creation.Model, token) : null;
}
