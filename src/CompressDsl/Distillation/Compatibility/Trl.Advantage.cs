using static TorchSharp.torch;

namespace CompressDsl.Compatibility;

/// <content>The advantage of MiniLLMTrainer.</content>
public static partial class Trl
{
    /// <summary>
    /// What the teacher finds better than the student from a token on: the sum over i from t of gamma^i (ln p_i - ln q_i), i counted from the first token
    /// and not from t. Paper: Gu et al., MiniLLM, arXiv 2306.08543.
    /// </summary>
    /// <param name="student">ln of the student's probabilities of the tokens that were taken [batch, length].</param>
    /// <param name="teacher">ln of the teacher's [batch, length].</param>
    /// <param name="mask">[batch, length]; a token with 0 gives nothing. Null: all count.</param>
    /// <param name="gamma">The discount, at least 0; at 0 a token has its own difference alone, whatever the normalisation.</param>
    /// <param name="lengthNormalization">Divides by the sum over i from t of gamma^i, in which a token with 0 weighs 1e-4.</param>
    /// <returns>[batch, length].</returns>
    public static Tensor MiniLlmAdvantage(Tensor student, Tensor teacher, Tensor? mask, double gamma, bool lengthNormalization)
    {
        FeatureShapes.Check(student, teacher, "[batch, length], the same for both",
            static (student, teacher) => student.Length == 2 && student.AsSpan().SequenceEqual(teacher));
        FeatureShapes.CheckMask(mask, student.shape, "mask");
        if (!(double.IsFinite(gamma) && gamma >= 0))
        {
            throw new ArgumentOutOfRangeException(nameof(gamma), gamma, "Gamma must be a finite number, at least 0.");
        }

        var absent = mask?.eq(0) ?? zeros_like(student, dtype: ScalarType.Bool);
        var rewards = (FeatureShapes.Target(teacher, student) - FeatureShapes.Widen(student)).masked_fill(absent, 0);
        if (gamma == 0)
        {
            return rewards;
        }

        var discounts = pow(gamma, arange(student.shape[1], rewards.dtype, student.device));
        var advantages = FromHereOn(rewards * discounts);
        return lengthNormalization ? advantages / FromHereOn(ones_like(rewards).masked_fill(absent, 1e-4) * discounts) : advantages;
    }

    private static Tensor FromHereOn(Tensor values) => values.flip(1).cumsum(1).flip(1);
}
