using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace CompressDsl;

/// <summary>Copies weights from a teacher into a student by the names that both have: all of them, or none.</summary>
/// <remarks>Generated <c>InitializeFrom</c>s name the members; inside of a module, parameters and buffers are found by their own names.</remarks>
public sealed class WeightTransfer
{
    private readonly List<(string Name, Tensor Student, Tensor Teacher)> _pairs = [];
    private readonly List<string> _kept = [];

    /// <summary>A module: what is inside of it starts from the tensors of the same names inside of the teacher's.</summary>
    /// <param name="name">What it is called in reports.</param>
    /// <param name="student">The student's; null where it has none.</param>
    /// <param name="teacher">The teacher's; null where it has none, and the student keeps its own.</param>
    public void Add(string name, Module? student, Module? teacher)
    {
        if (student is null)
        {
            return;
        }

        var theirs = teacher is null ? [] : Tensors(teacher).ToDictionary(static item => item.Name, static item => item.Value);
        foreach (var (inner, value) in Tensors(student))
        {
            Add($"{name}.{inner}", value, theirs.GetValueOrDefault(inner));
        }
    }

    /// <summary>A parameter or buffer.</summary>
    /// <param name="name">What it is called in reports.</param>
    /// <param name="student">The student's; null where it has none.</param>
    /// <param name="teacher">The teacher's, of the same shape; null where it has none, and the student keeps its own.</param>
    public void Add(string name, Tensor? student, Tensor? teacher)
    {
        if (student is null)
        {
            return;
        }

        if (teacher is null)
        {
            _kept.Add(name);
        }
        else
        {
            _pairs.Add((name, student, teacher));
        }
    }

    /// <summary>A list of layers.</summary>
    /// <param name="name">What it is called in reports.</param>
    /// <param name="student">The student's layers.</param>
    /// <param name="teacher">The teacher's layers.</param>
    /// <param name="map">Which of them each of the student's starts from.</param>
    /// <exception cref="ArgumentException">The teacher has too few layers for the map (CDSL5010).</exception>
    public void AddLayers<TStudent, TTeacher>(string name, ModuleList<TStudent>? student, ModuleList<TTeacher>? teacher, LayerMap map)
        where TStudent : Module
        where TTeacher : Module
    {
        if (student is { Count: > 0 })
        {
            AddPairs(name, student, teacher, teacher is null ? [] : LayerPairs.Of(map, student.Count, teacher.Count));
        }
    }

    /// <summary>A list of layers, with the teacher's written out.</summary>
    /// <param name="name">What it is called in reports.</param>
    /// <param name="student">The student's layers.</param>
    /// <param name="teacher">The teacher's layers.</param>
    /// <param name="layers">The teacher's layer for each of the student's, from 0, in rising order.</param>
    /// <exception cref="ArgumentException">They are not one for each of the student's, or out of range (CDSL5010).</exception>
    public void AddLayers<TStudent, TTeacher>(string name, ModuleList<TStudent>? student, ModuleList<TTeacher>? teacher, ReadOnlySpan<int> layers)
        where TStudent : Module
        where TTeacher : Module
    {
        if (student is not { Count: > 0 } || teacher is null)
        {
            AddPairs(name, student, teacher, []);
            return;
        }

        if (layers.Length != student.Count)
        {
            throw new ArgumentException($"CDSL5010: '{name}' of the student has {student.Count} layers, and Layers names {layers.Length}: one of the teacher's for each.");
        }

        var pairs = new int[2 * layers.Length];
        for (var i = 0; i < layers.Length; i++)
        {
            (pairs[2 * i], pairs[(2 * i) + 1]) = (i, layers[i]);
        }

        AddPairs(name, student, teacher, LayerPairs.Of(pairs, student.Count, teacher.Count));
    }

    /// <summary>A member that the teacher has no counterpart of: it keeps its own first values, and the report says so.</summary>
    /// <param name="name">What it is called in reports.</param>
    /// <param name="student">The student's member.</param>
    public void Keep(string name, Module? student) => Add(name, student, null);

    /// <inheritdoc cref="Keep(string, Module?)"/>
    public void Keep(string name, Tensor? student) => Add(name, student, null);

    /// <summary>Copies, if everything fits.</summary>
    /// <param name="student">The student, for the report.</param>
    /// <param name="teacher">The teacher, for the report.</param>
    /// <exception cref="ArgumentException">Tensors of one name have different shapes; nothing was copied.</exception>
    public InitializeReport Copy(Module student, Module teacher)
    {
        ArgumentNullException.ThrowIfNull(student);
        ArgumentNullException.ThrowIfNull(teacher);
        var wrong = _pairs.Where(static pair => !pair.Student.shape.AsSpan().SequenceEqual(pair.Teacher.shape)).ToArray();
        if (wrong.Length > 0)
        {
            throw new ArgumentException(
                $"{student.GetName()} cannot start from {teacher.GetName()}: " +
                string.Join("; ", wrong.Take(5).Select(static pair => $"{pair.Name} is {Text(pair.Student)} and the teacher's {Text(pair.Teacher)}")) +
                (wrong.Length > 5 ? $"; and {wrong.Length - 5} more" : "") + ". Nothing was copied.");
        }

        using var _ = no_grad();
        foreach (var (_, own, theirs) in _pairs)
        {
            own.copy_(theirs);
        }

        return new InitializeReport(student.GetName(), teacher.GetName(), _pairs.Count, _pairs.Sum(static pair => pair.Student.numel()), [.. _kept]);

        static string Text(Tensor tensor) => $"[{string.Join(", ", tensor.shape)}]";
    }

    private void AddPairs<TStudent, TTeacher>(
        string name, ModuleList<TStudent>? student, ModuleList<TTeacher>? teacher, IReadOnlyList<(int Student, int Teacher)> pairs)
        where TStudent : Module
        where TTeacher : Module
    {
        var theirs = pairs.ToDictionary(static pair => pair.Student, static pair => pair.Teacher);
        for (var i = 0; i < (student?.Count ?? 0); i++)
        {
            Add($"{name}.{i}", student![i], theirs.TryGetValue(i, out var layer) ? teacher![layer] : null);
        }
    }

    private static IEnumerable<(string Name, Tensor Value)> Tensors(Module module) => module.named_parameters()
        .Select(static item => (item.name, (Tensor)item.parameter))
        .Concat(module.named_buffers().Select(static item => (item.name, item.buffer)));
}
