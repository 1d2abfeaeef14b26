namespace CompressDsl.Compatibility;

/// <summary>Which logits TRL takes for the tokens of an answer.</summary>
public enum AnswerAlignment
{
    /// <summary>Those at the places of the tokens: each speaks of the token after it.</summary>
    Observed,

    /// <summary>Those one place earlier: each speaks of its token. An answer that starts at the first place loses its first token on both sides.</summary>
    Bayesian,
}
