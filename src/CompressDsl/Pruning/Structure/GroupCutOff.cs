namespace CompressDsl;

/// <summary>How many channels or heads go where a fraction is asked for, and which way what stays is rounded to a multiple. One always stays.</summary>
public enum GroupCutOff
{
    /// <summary>
    /// Never more than asked for: floor(count * ratio), where a product that is whole but for rounding counts as whole; what stays is rounded up. A global
    /// ranking removes floor(total * ratio), the lowest first.
    /// </summary>
    AtMost,

    /// <summary>
    /// Never less: ceil(count * ratio) as floating point gives it; what stays is rounded down, and a global ranking removes everything at or below the score at
    /// that place. What Torch-Pruning does with heads.
    /// </summary>
    AtLeast,

    /// <summary>
    /// Never less either: count - int(count * (1 - ratio)) as floating point gives it; the rest as for <see cref="AtLeast"/>. What Torch-Pruning does with
    /// channels.
    /// </summary>
    Complement,
}
