namespace CompressDsl;

/// <summary>The arguments of one call of a module's forward.</summary>
internal sealed class ForwardArguments
{
    private readonly Func<object?, string?>[] parameters;
    private readonly object?[] values;

    /// <summary>For <see cref="ForwardSite"/>.</summary>
    /// <param name="values">The arguments, in order.</param>
    /// <param name="parameters">For each parameter: null for a value that it takes, else its type in words.</param>
    public ForwardArguments(object?[] values, Func<object?, string?>[] parameters) => (this.values, this.parameters) = (values, parameters);

    /// <summary>The arguments, in order: tensors, numbers, tuples, null. The caller of the module owns the tensors.</summary>
    public IReadOnlyList<object?> Values => values;

    /// <summary>A copy with another value in one place.</summary>
    /// <param name="index">The place, from 0.</param>
    /// <param name="value">The value; the caller keeps it.</param>
    /// <exception cref="ArgumentException">The parameter does not take such a value.</exception>
    public ForwardArguments With(int index, object? value)
    {
        if (parameters[index](value) is { } expected)
        {
            var given = value is null ? "null" : $"a {value.GetType()}";
            throw new ArgumentException($"Argument {index + 1} of {values.Length} must be a {expected}; {given} was given.", nameof(value));
        }

        var changed = values.ToArray();
        changed[index] = value;
        return new(changed, parameters);
    }
}
