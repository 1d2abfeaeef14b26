using static TorchSharp.torch;

namespace CompressDsl.Compatibility;

/// <summary>
/// The loss of DistilBERT: three weights that need not sum to 1, in place of our one alpha. Paper: Sanh et al., DistilBERT, a Distilled Version of BERT,
/// arXiv 1910.01108.
/// </summary>
public static class DistilBert
{
    /// <summary>Computes the terms.</summary>
    /// <param name="studentLogits">[batch, length, classes].</param>
    /// <param name="teacherLogits">The same shape.</param>
    /// <param name="studentHidden">The last hidden states [batch, length, width].</param>
    /// <param name="teacherHidden">The same shape.</param>
    /// <param name="attentionMask">[batch, length]; not 0 where a token is real.</param>
    /// <param name="labels">int64 [batch, length]; -100 but at the masked tokens.</param>
    /// <param name="temperature">T, greater than 0.</param>
    /// <param name="soft">The weight of the soft term; 5 as published.</param>
    /// <param name="masked">The weight of the masked language model; 2 as published.</param>
    /// <param name="cosine">The weight of the cosine term; 1 as published.</param>
    /// <param name="softAtMaskedTokensAlone">Whether the soft term is of the tokens with a label, instead of all real ones.</param>
    /// <returns>The terms; their gradients go to the student alone.</returns>
    public static DistilBertLoss Compute(
        Tensor studentLogits, Tensor teacherLogits, Tensor studentHidden, Tensor teacherHidden, Tensor attentionMask, Tensor labels,
        double temperature = 2, double soft = 5, double masked = 2, double cosine = 1, bool softAtMaskedTokensAlone = false)
    {
        ArgumentNullException.ThrowIfNull(labels);
        var ofLabels = LogitRows.Select(studentLogits, teacherLogits, labels, null, Vocabulary.Same);
        var ofSoft = softAtMaskedTokensAlone
            ? ofLabels
            : LogitRows.Select(studentLogits, teacherLogits, zeros_like(labels), attentionMask, Vocabulary.Same);
        var terms = (
            Soft: temperature * temperature * ForwardKl.Mean(ofSoft, temperature),
            Masked: ofLabels.CrossEntropy(),
            Cosine: HiddenCosine.Mean(studentHidden, teacherHidden, attentionMask));
        return new(terms.Soft, terms.Masked, terms.Cosine, (soft * terms.Soft) + (masked * terms.Masked) + (cosine * terms.Cosine));
    }
}
