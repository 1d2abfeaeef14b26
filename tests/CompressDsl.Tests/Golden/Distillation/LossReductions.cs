using CompressDsl.Compatibility;

namespace CompressDsl.Tests;

/// <summary>Reductions as PyTorch names them.</summary>
internal static class LossReductions
{
    public static LossReduction Reduction(this LossCase given, string otherwise) => given.Text("reduction", otherwise) switch
    {
        "batchmean" => LossReduction.BatchMean,
        "mean" => LossReduction.Mean,
        "sum" => LossReduction.Sum,
        "none" => LossReduction.None,
        var other => throw new NotSupportedException($"There is no reduction '{other}'."),
    };
}
