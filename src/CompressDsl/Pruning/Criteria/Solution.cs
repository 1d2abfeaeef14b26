using static TorchSharp.torch;

namespace CompressDsl;

/// <summary>What a criterion that also changes the weights that stay (SparseGPT, ALPS) made of one layer.</summary>
/// <param name="Pruned">bool [rows, columns], true where a weight went. Owned by the caller.</param>
/// <param name="Loss">SparseGPT: the sum over all pruned entries of (w / d)² / 2, as the published code prints it; else 0.</param>
/// <param name="Damping">What was added to the diagonal in the end, as a fraction of its mean.</param>
/// <param name="DampingRaises">How often the damping had to be raised tenfold.</param>
/// <param name="DeadColumns">Inputs that were zero in all of the data; their weights went first.</param>
internal sealed record Solution(Tensor Pruned, double Loss, double Damping, int DampingRaises, long DeadColumns);
