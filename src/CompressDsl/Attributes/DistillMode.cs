namespace CompressDsl;

/// <summary>Whose text, and which of the teacher's outputs, the student learns from.</summary>
public enum DistillMode
{
    /// <summary>The teacher's distribution on the data's own inputs.</summary>
    Response,
}
