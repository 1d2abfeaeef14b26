using static TorchSharp.torch.nn;

namespace CompressDsl;

/// <summary>A student and the teacher that it learns from; what generated <c>{Student}Distillation</c> classes have in common.</summary>
/// <remarks>It owns neither module and disposes neither.</remarks>
public abstract class Distillation
{
    private protected Distillation()
    {
    }

    /// <summary>The module that is trained.</summary>
    public abstract Module Student { get; }

    /// <summary>The module that is learned from: frozen, and in eval mode whenever it is read here.</summary>
    public abstract Module Teacher { get; }

    /// <summary>The learned maps between hidden states of different widths; they are trained and saved with the student, apart from it.</summary>
    public virtual FeatureProjections Projections { get; } = new();
}

/// <summary>The base of a generated <c>{Student}Distillation</c>: it holds the pair, and keeps the teacher a teacher.</summary>
/// <typeparam name="TStudent">The student's class.</typeparam>
/// <typeparam name="TTeacher">The teacher's class.</typeparam>
public abstract class Distillation<TStudent, TTeacher> : Distillation
    where TStudent : Module
    where TTeacher : Module
{
    private readonly TTeacher _teacher;

    /// <summary>Freezes the teacher (none of its parameters asks for a gradient any more) and puts it into eval mode.</summary>
    /// <exception cref="ArgumentException">The two are one module, one is part of the other, or they share a parameter.</exception>
    protected Distillation(TStudent student, TTeacher teacher)
    {
        ArgumentNullException.ThrowIfNull(student);
        Student = student;
        _teacher = Freeze(teacher, nameof(teacher));
    }

    /// <inheritdoc/>
    public sealed override TStudent Student { get; }

    /// <inheritdoc/>
    public sealed override TTeacher Teacher
    {
        get => InEval(_teacher);
    }

    /// <summary>Makes a module a teacher: none of its parameters asks for a gradient any more, and it is in eval mode.</summary>
    /// <param name="teacher">The module.</param>
    /// <param name="name">What it is called in messages.</param>
    /// <returns>The module.</returns>
    /// <exception cref="ArgumentException">It is the student, one is part of the other, or they share a parameter.</exception>
    protected T Freeze<T>(T teacher, string name)
        where T : Module
    {
        ArgumentNullException.ThrowIfNull(teacher, name);
        CheckApart(Student, teacher);
        foreach (var parameter in teacher.parameters())
        {
            parameter.requires_grad = false;
        }

        return InEval(teacher);
    }

    /// <summary>A teacher in eval mode, again at every use: somebody may have called train() on it, or on a part of it, or on something it belongs to.</summary>
    protected static T InEval<T>(T teacher)
        where T : Module
    {
        ArgumentNullException.ThrowIfNull(teacher);
        teacher.eval();
        return teacher;
    }

    private static void CheckApart(Module student, Module teacher)
    {
        if (ReferenceEquals(student, teacher))
        {
            throw new ArgumentException("The teacher is the student: it would learn from itself.", nameof(teacher));
        }

        if (student.modules().Contains(teacher, ReferenceEqualityComparer.Instance))
        {
            throw new ArgumentException(
                "CDSL5012: the teacher is a part of the student: it would be trained, saved and switched with it.", nameof(teacher));
        }

        if (teacher.modules().Contains(student, ReferenceEqualityComparer.Instance))
        {
            throw new ArgumentException("The student is a part of the teacher: freezing the teacher would freeze it.", nameof(student));
        }

        var owned = student.named_parameters().ToDictionary(p => p.parameter.Handle, p => p.name);
        foreach (var (name, parameter) in teacher.named_parameters())
        {
            if (owned.TryGetValue(parameter.Handle, out var shared))
            {
                throw new ArgumentException(
                    $"The teacher's parameter '{name}' is the student's '{shared}': freezing the teacher would freeze it. Give the student a copy.",
                    nameof(teacher));
            }
        }
    }
}
