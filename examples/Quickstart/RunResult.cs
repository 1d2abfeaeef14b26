namespace Quickstart;

/// <summary>The figures of a run; what <c>--json</c> writes.</summary>
public sealed record RunResult
{
    /// <summary>The teacher as it is.</summary>
    public required Figures Dense { get; init; }

    /// <summary>The teacher pruned in several ways, each measured again; in dense storage, and those by magnitude in compact storages too.</summary>
    public required IReadOnlyList<PrunedFigures> Pruned { get; init; }

    /// <summary>The 70% pruned model after distillation from the dense one.</summary>
    public required PrunedFigures Recovered { get; init; }

    /// <summary>The student with half the layers, trained in two ways.</summary>
    public required StudentFigures Student { get; init; }

    /// <summary>The wall-clock time of the run.</summary>
    public required double Seconds { get; init; }
}

/// <summary>What is measured of every model.</summary>
/// <param name="BitsPerByte">On the validation text; lower is better.</param>
/// <param name="TokensPerSecond">Of a forward pass over one window; the median.</param>
/// <param name="Bytes">The size of the safetensors file, in it the pruned weights as they are in memory.</param>
/// <param name="Speedup">The dense model's median time over this one's, both timed in turn.</param>
public record Figures(double BitsPerByte, double TokensPerSecond, long Bytes, double Speedup);

/// <summary>A pruned model.</summary>
/// <param name="Method">What was done.</param>
/// <param name="Pattern">Which weights went: <c>70%</c> or <c>2:4</c>.</param>
/// <param name="Sparsity">The fraction of the prunable weights that is zero.</param>
/// <param name="BitsPerByte">As in <see cref="Figures"/>.</param>
/// <param name="TokensPerSecond">As in <see cref="Figures"/>.</param>
/// <param name="Bytes">As in <see cref="Figures"/>.</param>
/// <param name="Speedup">As in <see cref="Figures"/>.</param>
public sealed record PrunedFigures(string Method, string Pattern, double Sparsity, double BitsPerByte, double TokensPerSecond, long Bytes, double Speedup)
    : Figures(BitsPerByte, TokensPerSecond, Bytes, Speedup);

/// <summary>The student, distilled and from labels alone: same first weights, same text, same number of steps.</summary>
/// <param name="Distilled">Learned from the teacher.</param>
/// <param name="FromLabels">Learned from the text alone.</param>
/// <param name="Parameters">Of the student.</param>
/// <param name="TeacherParameters">Of the teacher.</param>
/// <param name="Speedup">The teacher's median time over the student's, both timed in turn.</param>
/// <param name="TokensPerSecond">Of the student.</param>
/// <param name="Bytes">Of the student's file.</param>
public sealed record StudentFigures(
    Quality Distilled, Quality FromLabels, long Parameters, long TeacherParameters, double Speedup, double TokensPerSecond, long Bytes);

/// <param name="BitsPerByte">On the validation text; lower is better.</param>
public sealed record Quality(double BitsPerByte);
