namespace CompressDsl;

/// <summary>What of two attentions is compared, and how.</summary>
public enum AttentionLoss
{
    /// <summary>KL from the teacher's attention map to the student's, the mean over heads and valid queries. Needs equal head counts.</summary>
    Kl,

    /// <summary>
    /// The mean over heads and valid pairs of query and key of the squared difference of the maps. Needs equal head counts.
    /// Paper: Jiao et al., TinyBERT, arXiv 1909.10351.
    /// </summary>
    MeanSquared,

    /// <summary>
    /// KL between the relations query-query, key-key and value-value, softmax(a aᵀ / sqrt(d)) over the same number of relation heads on both sides:
    /// works across head counts and widths. Paper: Wang et al., MiniLMv2, arXiv 2012.15828.
    /// </summary>
    Relation,
}
