using CompressDsl;
using Models;
using static TorchSharp.torch;

namespace LlamaProgram.Bench;

/// <summary>What is measured.</summary>
/// <param name="Config">The shape of the model.</param>
/// <param name="Sparsity">The fraction of the weights that is zero; null: two of every four.</param>
/// <param name="Kernel">The compact storage.</param>
/// <param name="Purpose">Speed leaves layers dense that would be slower at any number of tokens, Size leaves none.</param>
/// <param name="Type">The type of the parameters.</param>
/// <param name="Prompt">How many tokens are read at once.</param>
/// <param name="Tokens">How many tokens are written one by one, and timed.</param>
/// <param name="Rounds">How often reading is timed.</param>
/// <param name="Seed">Decides weights and tokens.</param>
internal sealed record BenchOptions(
    LlamaConfig Config, double? Sparsity, SparseKernel Kernel, Purpose Purpose, ScalarType Type, int Prompt, int Tokens, int Rounds, int Seed);
