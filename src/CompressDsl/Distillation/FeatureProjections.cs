using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace CompressDsl;

/// <summary>
/// The learned maps from the student's width to the teacher's, one for every matched member where the two differ (Romero et al., FitNets,
/// arXiv 1412.6550): a linear layer with a bias, trained with the student, thrown away after it.
/// </summary>
/// <remarks>
/// How wide hidden states are only a batch shows: the layers are made by the first <c>Compute</c> of a distillation, with torch's generator, on the device and in
/// the type of what they map. Their parameters are asked for after it: an optimizer that was made before would leave them as they are.
/// </remarks>
public sealed class FeatureProjections : Module
{
    private readonly Dictionary<string, Linear?> _layers = [];

    /// <summary>Projections for some members.</summary>
    /// <param name="members">Their names, each once.</param>
    public FeatureProjections(params IEnumerable<string> members)
        : base(nameof(FeatureProjections))
    {
        ArgumentNullException.ThrowIfNull(members);
        Members = [.. members];
    }

    /// <summary>The members whose widths may differ.</summary>
    public IReadOnlyList<string> Members { get; }

    /// <summary>Whether it is known for every member if it needs a layer: after the first <c>Compute</c>, or <see cref="Add"/>.</summary>
    public bool AreKnown => _layers.Count == Members.Count;

    /// <summary>The layers by member [teacher's width, student's width]; members whose widths agree have none.</summary>
    public IEnumerable<(string Member, Linear Layer)> Layers
    {
        get
        {
            foreach (var (member, layer) in _layers)
            {
                if (layer is not null)
                {
                    yield return (member, layer);
                }
            }
        }
    }

    /// <inheritdoc/>
    /// <exception cref="InvalidOperationException">The layers are not known yet.</exception>
    public override IEnumerable<Parameter> parameters(bool recurse = true) => AreKnown
        ? base.parameters(recurse)
        : throw new InvalidOperationException(
            $"Whether {string.Join(", ", Members.Except(_layers.Keys))} need a projection is known after the first Compute: call it once, or Train, " +
            "before the optimizer is made; else the optimizer would miss it (CDSL5019).");

    /// <summary>Says what a member's widths are, and makes its layer where they differ.</summary>
    /// <param name="member">One of <see cref="Members"/>.</param>
    /// <param name="student">The width of the student's hidden states, at least 1.</param>
    /// <param name="teacher">The width of the teacher's hidden states, at least 1.</param>
    /// <param name="type">The type of the weights; float32 where it is null.</param>
    /// <param name="device">Where they are; the CPU where it is null.</param>
    /// <exception cref="ArgumentException">There is no such member, or it was added with other widths.</exception>
    public void Add(string member, long student, long teacher, ScalarType? type = null, Device? device = null)
    {
        if (!Members.Contains(member))
        {
            throw new ArgumentException($"There is no matched member '{member}'; there are {string.Join(", ", Members)}.", nameof(member));
        }

        ArgumentOutOfRangeException.ThrowIfLessThan(student, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(teacher, 1);
        if (_layers.TryGetValue(member, out var known))
        {
            Check(member, known, student, teacher);
            return;
        }

        if (student == teacher)
        {
            _layers.Add(member, null);
            return;
        }

        var layer = Linear(student, teacher, dtype: type, device: device);
        _layers.Add(member, layer);
        register_module(member, layer);
    }

    /// <summary>The student's hidden states in the teacher's width.</summary>
    /// <param name="member">One of <see cref="Members"/>.</param>
    /// <param name="student">[.., student's width].</param>
    /// <param name="teacherWidth">The teacher's width.</param>
    /// <returns>[.., teacher's width]: <paramref name="student"/> itself where the widths agree.</returns>
    public Tensor Project(string member, Tensor student, long teacherWidth)
    {
        ArgumentNullException.ThrowIfNull(student);
        if (!_layers.ContainsKey(member))
        {
            using var scope = NewDisposeScope();
            Add(member, student.shape[^1], teacherWidth, student.dtype, student.device);
            foreach (var (_, made) in Layers)
            {
                foreach (var parameter in made.parameters())
                {
                    parameter.DetachFromDisposeScope();
                }
            }
        }

        var layer = _layers[member];
        Check(member, layer, student.shape[^1], teacherWidth);
        return layer is null ? student : layer.call(student);
    }

    private static void Check(string member, Linear? layer, long student, long teacher)
    {
        var (from, to) = layer is null ? (student, student) : (layer.weight!.shape[1], layer.weight!.shape[0]);
        if ((from, to) != (student, teacher))
        {
            throw new ArgumentException(
                $"The hidden states of '{member}' are {student} wide and the teacher's {teacher}; its projection is from {from} to {to}. " +
                "All layers that one attribute matches must have one width.");
        }
    }
}
