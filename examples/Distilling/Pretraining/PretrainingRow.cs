namespace Distilling;

/// <summary>The figures of one seed.</summary>
/// <param name="Seed">The seed of first weights and of the order of the text.</param>
/// <param name="Tokens">How many tokens the student without a teacher read.</param>
/// <param name="FromText">Its bits per byte at the end, on the validation text.</param>
/// <param name="TokensWithTeacher">How many tokens the student with a teacher read; its whole schedule, warm-up and decay, is that short.</param>
/// <param name="WithTeacher">Its bits per byte at the end.</param>
/// <param name="TokensToReach">After how many tokens it was, for the first time it was measured, at least as good as the other at its end; null: never.</param>
public sealed record PretrainingRow(int Seed, long Tokens, double FromText, long TokensWithTeacher, double WithTeacher, long? TokensToReach);
