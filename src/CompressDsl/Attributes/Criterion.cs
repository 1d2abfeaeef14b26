namespace CompressDsl;

/// <summary>How the weights, channels, heads or blocks that go are chosen.</summary>
/// <remarks>
/// Weights: <see cref="Wanda"/>, <see cref="SparseGpt"/> and <see cref="Alps"/> look at the inputs of a layer and need calibration data;
/// <see cref="Taylor"/> and <see cref="Fisher"/> need calibration data with a loss; <see cref="Movement"/> is measured while the model trains.
/// Channels and heads: <see cref="Magnitude"/> and <see cref="Random"/> need no data, <see cref="Activation"/> and <see cref="Contribution"/> need
/// calibration data, <see cref="Taylor"/>, <see cref="Fisher"/> and, of heads, <see cref="Gate"/> need calibration data with a loss.
/// Blocks: <see cref="BlockInfluence"/>, which needs calibration data.
/// </remarks>
public enum Criterion
{
    /// <summary>
    /// The smallest absolute values go. Needs no data.
    /// Paper: Han et al., Learning both Weights and Connections for Efficient Neural Networks, arXiv 1506.02626.
    /// </summary>
    Magnitude,

    /// <summary>
    /// The smallest |weight| * norm of its input go; the weights that stay are not changed. Compared within a row unless a scope is named.
    /// Paper: Sun et al., A Simple and Effective Pruning Approach for Large Language Models, arXiv 2306.11695.
    /// </summary>
    Wanda,

    /// <summary>
    /// Column by column, what changes the layer's output least goes, and the columns to come make up for it.
    /// Paper: Frantar and Alistarh, SparseGPT: Massive Language Models Can Be Accurately Pruned in One-Shot, arXiv 2301.00774.
    /// </summary>
    SparseGpt,

    /// <summary>
    /// The smallest |weight * gradient of the loss| go: the first-order change of the loss.
    /// Paper: Molchanov et al., Importance Estimation for Neural Network Pruning, arXiv 1906.10771.
    /// </summary>
    Taylor,

    /// <summary>
    /// The smallest weight² * mean of squared gradients go: the second-order change of the loss, with the diagonal of the empirical Fisher matrix.
    /// Paper: Theis et al., Faster gaze prediction with dense networks and Fisher pruning, arXiv 1801.05787.
    /// </summary>
    Fisher,

    /// <summary>
    /// What training moves towards zero goes: the smallest sum, over the steps, of -weight * gradient.
    /// Paper: Sanh et al., Movement Pruning: Adaptive Sparsity by Fine-Tuning, arXiv 2005.07683.
    /// </summary>
    Movement,

    /// <summary>Chosen by a seeded random number: what every other criterion has to beat.</summary>
    Random,

    /// <summary>
    /// The alternating direction method of multipliers finds which weights stay, conjugate gradients then solve for their values: a lower error than
    /// <see cref="SparseGpt"/>, for more time.
    /// Paper: Meng et al., ALPS: Improved Optimization for Highly Sparse One-Shot Pruning for Large Language Models, arXiv 2406.07831.
    /// </summary>
    Alps,

    /// <summary>
    /// Channels and heads: what is least active at the input of the layers that read it goes; of the residual stream, what is least active at the outputs
    /// of its normalisations.
    /// Paper: Muralidharan et al., Compact Language Models via Pruning and Knowledge Distillation (Minitron), arXiv 2407.14679.
    /// </summary>
    Activation,

    /// <summary>
    /// Heads: the smallest |gradient of the loss by a gate at 1| goes, the gate a factor of the whole head.
    /// Paper: Michel et al., Are Sixteen Heads Really Better than One?, arXiv 1905.10650.
    /// </summary>
    Gate,

    /// <summary>
    /// Channels and heads: what adds least to the outputs of the layers that read it goes: the mean, over the tokens, of the norm of its part of the output.
    /// Code: NVIDIA/Model-Optimizer, the hooks for independent channels and key/value heads.
    /// </summary>
    Contribution,

    /// <summary>
    /// Blocks: those whose output is most like their input go: the smallest 1 - mean cosine of the two.
    /// Paper: Men et al., ShortGPT: Layers in Large Language Models are More Redundant Than You Expect, arXiv 2403.03853.
    /// </summary>
    BlockInfluence,
}
