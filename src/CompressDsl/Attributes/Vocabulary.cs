namespace CompressDsl;

/// <summary>What happens when teacher and student have different numbers of classes.</summary>
public enum Vocabulary
{
    /// <summary>They must be equal; different ones are an error (CDSL5006, or an exception where the compiler cannot see them).</summary>
    Same,

    /// <summary>The soft term is computed over the classes that both have: the first ones. For vocabularies that are padded differently.</summary>
    Truncate,

    /// <summary>
    /// The soft term compares the sorted probabilities, whatever the tokens are, place by place of the answers: for different tokenizers. The teacher gets
    /// inputs and labels of its own. Paper: Boizard et al., Towards Cross-Tokenizer Distillation, arXiv 2402.12030.
    /// </summary>
    UniversalLogit,
}
