using CompressDsl.Tool.Checkpoints;

namespace CompressDsl.Tool.Converting;

/// <summary>A tensor as it is to be written.</summary>
/// <param name="Source">As it was read.</param>
/// <param name="Format">Its layout; null: dense.</param>
/// <param name="Parts">What is written of it; made when its turn comes.</param>
/// <param name="MaskInBits">Whether its mask is the bits that it is compressed with.</param>
/// <param name="Summary">What became of it.</param>
internal sealed record ConvertedTensor(CheckpointTensor Source, CompressedFormat? Format, IReadOnlyList<TensorSource> Parts, bool MaskInBits, TensorSummary Summary);
