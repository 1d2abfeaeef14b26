namespace CompressDsl;

/// <summary>What a student took over from its teacher at the start.</summary>
/// <param name="Student">The student's name.</param>
/// <param name="Teacher">The teacher's name.</param>
/// <param name="Tensors">How many parameters and buffers were copied.</param>
/// <param name="Values">How many numbers they hold.</param>
/// <param name="Kept">The student's tensors that the teacher has no counterpart of: they keep their own first values.</param>
public sealed record InitializeReport(string Student, string Teacher, int Tensors, long Values, IReadOnlyList<string> Kept) : Report
{
    /// <inheritdoc/>
    protected override string ToText() => new TextTable()
        .Add("student", new Display.Figure(Student))
        .Add("teacher", new Display.Figure(Teacher))
        .Add("tensors copied", Display.Count(Tensors))
        .Add("values copied", Display.Count(Values))
        .Add("tensors kept", new Display.Figure(Kept.Count == 0 ? "none" : string.Join(", ", Kept)))
        .ToString();
}
