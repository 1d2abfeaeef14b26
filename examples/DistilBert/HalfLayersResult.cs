namespace DistilBert;

/// <summary>The figures of one seed.</summary>
/// <param name="Seed">The seed of first weights, order and dropout.</param>
/// <param name="Teacher">The teacher's accuracy on the test sentences, in [0, 1].</param>
/// <param name="Distilled">The distilled student's.</param>
/// <param name="FromLabels">That of the same student, from scratch, on the labels alone, in as many steps.</param>
/// <param name="Parameters">How many parameters the student has.</param>
/// <param name="TeacherParameters">How many the teacher has.</param>
/// <param name="Speedup">How many times faster the student is at 64 sentences, side by side.</param>
public sealed record HalfLayersRow(int Seed, double Teacher, double Distilled, double FromLabels, long Parameters, long TeacherParameters, double Speedup)
{
    /// <summary>How much of the teacher's accuracy the distilled student has.</summary>
    public double Kept => Distilled / Teacher;
}

/// <summary>BERT-base and DistilBERT: their shapes, with random weights, which time does not depend on.</summary>
/// <param name="Parameters">How many parameters the shape of DistilBERT has.</param>
/// <param name="TeacherParameters">How many that of BERT-base has.</param>
/// <param name="Speedup">How many times faster it is at one sequence of 128 tokens, side by side.</param>
public sealed record ShapeResult(long Parameters, long TeacherParameters, double Speedup);

/// <summary>What the run found.</summary>
/// <param name="Seeds">A row for every seed.</param>
/// <param name="Shapes">The published pair's shapes.</param>
public sealed record HalfLayersResult(IReadOnlyList<HalfLayersRow> Seeds, ShapeResult Shapes);
