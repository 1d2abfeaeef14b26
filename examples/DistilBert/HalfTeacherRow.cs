namespace DistilBert;

/// <summary>The figures of one seed.</summary>
/// <param name="Seed">The seed of first weights, order and dropout.</param>
/// <param name="Teacher">The teacher's accuracy on the test sentences, in [0, 1].</param>
/// <param name="Shrunk">The teacher's with half of its heads and channels, before it learned again.</param>
/// <param name="Distilled">The same when it had learned from what it was.</param>
/// <param name="FromLabels">That of a model of the same shape, from scratch, on the labels alone, in as many steps.</param>
/// <param name="FromScratch">That of a model of the same shape, from scratch, with the same teacher, in as many steps.</param>
/// <param name="Parameters">How many parameters are left.</param>
/// <param name="TeacherParameters">How many the teacher has.</param>
/// <param name="Speedup">How many times faster the shrunk model is at 64 sentences, side by side.</param>
public sealed record HalfTeacherRow(
    int Seed, double Teacher, double Shrunk, double Distilled, double FromLabels, double FromScratch, long Parameters, long TeacherParameters, double Speedup);
