using static TorchSharp.torch;

namespace CompressDsl.Compatibility;

/// <summary>
/// The losses of arcee-ai/DistillKit, with their factor T^2 (on the total variation too) and their mean: over the tokens that the mask lets count, or the
/// sum divided by a number of items that the caller knows (of all batches of an optimizer step).
/// </summary>
/// <remarks>
/// Logits are [batch, length, classes], masks [batch, length] or [batch, length, 1]. Where no token counts the value is 0 here, and 0 / 0 there. Their
/// chunk length changes the memory that they need, not the value.
/// </remarks>
public static partial class DistillKit
{
    /// <summary>T^2 * KL(p ‖ q), p the teacher's softened distribution: <see cref="ForwardKl"/>.</summary>
    /// <param name="student">The student's logits.</param>
    /// <param name="teacher">The teacher's logits, of the same shape.</param>
    /// <param name="temperature">T, greater than 0.</param>
    /// <param name="mask">0 or false leaves a token out. Null: all count.</param>
    /// <param name="itemsInBatch">What the sum is divided by; null for the number of tokens that count.</param>
    /// <returns>A scalar; its gradient goes to the student alone.</returns>
    public static Tensor Kl(Tensor student, Tensor teacher, double temperature, Tensor? mask = null, double? itemsInBatch = null) =>
        Dense(student, teacher, temperature, mask, itemsInBatch, ForwardKl.Mean);

    /// <summary>T^2 * KL(p ‖ q) over the top k: <see cref="TopKForwardKl"/>.</summary>
    /// <inheritdoc cref="Kl(Tensor, Tensor, double, Tensor?, double?)"/>
    /// <param name="student">The student's logits.</param>
    /// <param name="teacher">What is stored of the teacher.</param>
    /// <param name="temperature">T, greater than 0.</param>
    /// <param name="missing">What the other classes have.</param>
    /// <param name="mask">0 or false leaves a token out. Null: all count.</param>
    /// <param name="itemsInBatch">What the sum is divided by; null for the number of tokens that count.</param>
    public static Tensor Kl(
        Tensor student, DistillKitSignal teacher, double temperature, MissingProbability missing, Tensor? mask = null, double? itemsInBatch = null) =>
        Sparse(student, teacher, temperature, missing, mask, itemsInBatch, TopKForwardKl.Mean);

    /// <summary>T^2 * Jensen-Shannon, with equal shares: <see cref="CompressDsl.JensenShannon"/>.</summary>
    /// <inheritdoc cref="Kl(Tensor, Tensor, double, Tensor?, double?)"/>
    public static Tensor JensenShannon(Tensor student, Tensor teacher, double temperature, Tensor? mask = null, double? itemsInBatch = null) =>
        Dense(student, teacher, temperature, mask, itemsInBatch, static (rows, t) => CompressDsl.JensenShannon.Mean(rows, t, 0.5));

    /// <summary>T^2 * Jensen-Shannon over the top k, with equal shares: <see cref="TopKJensenShannon"/>.</summary>
    /// <inheritdoc cref="Kl(Tensor, DistillKitSignal, double, MissingProbability, Tensor?, double?)"/>
    public static Tensor JensenShannon(
        Tensor student, DistillKitSignal teacher, double temperature, MissingProbability missing, Tensor? mask = null, double? itemsInBatch = null) =>
        Sparse(student, teacher, temperature, missing, mask, itemsInBatch, static (s, p, t) => TopKJensenShannon.Mean(s, p, t, 0.5));

    /// <summary>T^2 * total variation: <see cref="CompressDsl.TotalVariation"/>.</summary>
    /// <inheritdoc cref="Kl(Tensor, Tensor, double, Tensor?, double?)"/>
    public static Tensor TotalVariation(Tensor student, Tensor teacher, double temperature, Tensor? mask = null, double? itemsInBatch = null) =>
        Dense(student, teacher, temperature, mask, itemsInBatch, CompressDsl.TotalVariation.Mean);

    /// <summary>T^2 * total variation over the top k: <see cref="TopKTotalVariation"/>.</summary>
    /// <inheritdoc cref="Kl(Tensor, DistillKitSignal, double, MissingProbability, Tensor?, double?)"/>
    public static Tensor TotalVariation(
        Tensor student, DistillKitSignal teacher, double temperature, MissingProbability missing, Tensor? mask = null, double? itemsInBatch = null) =>
        Sparse(student, teacher, temperature, missing, mask, itemsInBatch, TopKTotalVariation.Mean);

    private static Tensor Dense(
        Tensor student, Tensor teacher, double temperature, Tensor? mask, double? itemsInBatch, Func<LogitRows, double, Tensor> mean)
    {
        var rows = LogitRows.Select(student, teacher, NoLabels(student), Flat(mask), Vocabulary.Same);
        return Scale(mean(rows, temperature), temperature, rows.Count, itemsInBatch);
    }

    private static Tensor Sparse(
        Tensor student, DistillKitSignal teacher, double temperature, MissingProbability missing, Tensor? mask, double? itemsInBatch,
        Func<Tensor, TopKDistribution, double, Tensor> mean)
    {
        ArgumentNullException.ThrowIfNull(teacher);
        var rows = LogitRows.Select(student, NoLabels(student), Flat(mask));
        var kept = teacher.At(temperature, missing, FeatureShapes.Kept(mask), rows.Student.dtype);
        return Scale(mean(rows.Student, kept, temperature), temperature, rows.Count, itemsInBatch);
    }

    private static Tensor Scale(Tensor mean, double temperature, long count, double? itemsInBatch) =>
        mean * (temperature * temperature * (itemsInBatch is { } items ? count / items : 1));

    /// <summary>These losses have no labels; every place has one that counts.</summary>
    private static Tensor NoLabels(Tensor student) => zeros(student.shape[..^1], ScalarType.Int64, student.device);

    private static Tensor? Flat(Tensor? mask) => mask?.dim() == 3 ? mask.squeeze(-1) : mask;
}
