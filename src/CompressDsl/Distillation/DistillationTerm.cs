using static TorchSharp.torch;

namespace CompressDsl;

/// <summary>One term of a loss.</summary>
/// <param name="Name">What it is called in reports: the member of the student that is matched, or a name of your own.</param>
/// <param name="Value">The term by itself, a scalar: a mean over the places that count.</param>
/// <param name="Weight">What it is multiplied by in the total, at least 0.</param>
public sealed record DistillationTerm(string Name, Tensor Value, double Weight);
