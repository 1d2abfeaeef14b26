using static TorchSharp.torch;

namespace CompressDsl.Compatibility;

/// <content>
/// Losses on feature maps [batch, channels, height, width]. All give a scalar whose gradient goes to the student alone. VIDLoss is
/// <see cref="VariationalInformation"/>, HierarchicalContextLoss with its mean <see cref="KnowledgeReview"/>.
/// </content>
public static partial class Torchdistill
{
    /// <summary>ATLoss in the mode 'code', of one pair: the mean square of what <see cref="CompressDsl.AttentionTransfer"/>, the mode 'paper', takes the norm of.</summary>
    /// <param name="student">The student's map.</param>
    /// <param name="teacher">The teacher's map; channels may differ.</param>
    public static Tensor AttentionTransfer(Tensor student, Tensor teacher) =>
        FeatureShapes.Mean(CompressDsl.AttentionTransfer.Difference(student, teacher).square());

    /// <summary>
    /// FSPLoss of one pair: of the same matrices as <see cref="CompressDsl.FlowOfSolution"/> the sum over the second layer's channels of the norm over the
    /// first's, divided by the batch.
    /// </summary>
    /// <param name="studentFirst">The student's first layer.</param>
    /// <param name="studentSecond">The student's second layer.</param>
    /// <param name="teacherFirst">The teacher's first layer, of as many channels.</param>
    /// <param name="teacherSecond">The teacher's second layer, of as many channels.</param>
    public static Tensor FlowOfSolution(Tensor studentFirst, Tensor studentSecond, Tensor teacherFirst, Tensor teacherSecond)
    {
        var (ours, theirs) = CompressDsl.FlowOfSolution.Matrices(studentFirst, studentSecond, teacherFirst, teacherSecond, null);
        // A norm, whose gradient is 0 at 0, and not a root, whose gradient is not: channels that are dead in both networks are common.
        return (ours - theirs).norm(dim: 1).sum() / studentFirst.shape[0];
    }

    /// <summary>FTLoss: the distance of the directions of samples. Paper: Kim et al., Paraphrasing Complex Network (factor transfer), arXiv 1802.04977.</summary>
    /// <param name="student">The translator's output [batch, ..].</param>
    /// <param name="teacher">The paraphraser's output, of the same shape.</param>
    /// <param name="order">The order of the norm; at 1 the mean is over all elements, else over the batch.</param>
    /// <param name="reduction"><see cref="LossReduction.Mean"/>, or <see cref="LossReduction.Sum"/>.</param>
    public static Tensor FactorTransfer(Tensor student, Tensor teacher, double order = 1, LossReduction reduction = LossReduction.Mean)
    {
        var (ours, theirs) = FeatureShapes.Samples(student, teacher);
        var difference = nn.functional.normalize(ours, dim: 1) - nn.functional.normalize(theirs, dim: 1);
        return MeanOrSum(order == 1 ? difference.abs() : difference.norm(1, false, (float)order), reduction);
    }

    /// <summary>
    /// AltActTransferLoss of one pair: the sum of the squares of what the student's activations lack to be on the teacher's side of 0 by a margin. Paper: Heo
    /// et al., Knowledge Transfer via Distillation of Activation Boundaries Formed by Hidden Neurons, arXiv 1811.03233.
    /// </summary>
    /// <param name="student">The student's activations.</param>
    /// <param name="teacher">The teacher's activations, of the same shape.</param>
    /// <param name="margin">The margin.</param>
    /// <param name="reduction"><see cref="LossReduction.Mean"/> divides by the batch; <see cref="LossReduction.Sum"/> does not.</param>
    public static Tensor ActivationBoundary(Tensor student, Tensor teacher, double margin = 1, LossReduction reduction = LossReduction.Mean)
    {
        var (ours, theirs) = FeatureShapes.Samples(student, teacher);
        FeatureShapes.Check(ours, theirs, "activations of the same shape", static (student, teacher) => student.AsSpan().SequenceEqual(teacher));
        var isOn = theirs.gt(0);
        var lacks = where(isOn, (margin - ours).relu(), (ours + margin).relu());
        return MeanOrSum(lacks.square().sum(dim: 1), reduction);
    }

    /// <summary>
    /// AffinityLoss: which places of a channel are active together; the norm of the difference of their products, divided by the number of places, summed over
    /// the channels. Paper: He et al., Knowledge Adaptation for Efficient Semantic Segmentation, arXiv 1903.04688.
    /// </summary>
    /// <param name="student">The student's map.</param>
    /// <param name="teacher">The teacher's map, of the same shape.</param>
    /// <param name="reduction"><see cref="LossReduction.Mean"/>, over the batch, or <see cref="LossReduction.Sum"/>.</param>
    public static Tensor Affinity(Tensor student, Tensor teacher, LossReduction reduction = LossReduction.Mean)
    {
        var (ours, theirs) = FeatureShapes.Maps(student, teacher, sameChannels: true);
        var places = ours.flatten(2).shape[2];
        var losses = Enumerable.Range(0, (int)ours.shape[1]).Select(channel => ((Products(ours, channel) - Products(theirs, channel)) / places).flatten(1).norm(dim: 1));
        return MeanOrSum(stack([.. losses], 1).sum(dim: 1), reduction);

        // Channel by channel: all at once would need places squared times channels.
        static Tensor Products(Tensor maps, int channel)
        {
            var direction = nn.functional.normalize(maps.select(1, channel).flatten(1), dim: 1);
            return direction.unsqueeze(2).bmm(direction.unsqueeze(1));
        }
    }

    /// <summary>ChSimLoss of one pair: <see cref="CompressDsl.ChannelCorrelation"/> times channels, divided by the batch.</summary>
    /// <param name="student">The student's map.</param>
    /// <param name="teacher">The teacher's map, of as many channels.</param>
    public static Tensor ChannelSimilarity(Tensor student, Tensor teacher) =>
        ChannelCorrelation.Mean(student, teacher) * ((double)student.shape[1] / student.shape[0]);

    /// <summary>HierarchicalContextLoss: <see cref="CompressDsl.KnowledgeReview"/>, or for <see cref="LossReduction.Sum"/> the same of sums of squares.</summary>
    /// <param name="student">The student's map.</param>
    /// <param name="teacher">The teacher's map, of the same shape.</param>
    /// <param name="sizes">As there.</param>
    /// <param name="reduction"><see cref="LossReduction.Mean"/>, or <see cref="LossReduction.Sum"/>.</param>
    public static Tensor KnowledgeReview(
        Tensor student, Tensor teacher, IReadOnlyList<int>? sizes = null, LossReduction reduction = LossReduction.Mean) =>
        CompressDsl.KnowledgeReview.Reduce(student, teacher, sizes, squares => MeanOrSum(squares, reduction));

    private static Tensor MeanOrSum(Tensor values, LossReduction reduction) => reduction switch
    {
        LossReduction.Mean => FeatureShapes.Mean(values),
        LossReduction.Sum => values.sum(),
        _ => throw ClasswiseKl.NoSuch(reduction),
    };
}
