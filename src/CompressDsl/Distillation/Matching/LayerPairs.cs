namespace CompressDsl;

/// <summary>Which layers of two lists belong together.</summary>
public static class LayerPairs
{
    /// <summary>The one pair of two members that are no lists.</summary>
    public static IReadOnlyList<(int Student, int Teacher)> One { get; } = [(0, 0)];

    /// <summary>The pairs of a map.</summary>
    /// <param name="map">The map.</param>
    /// <param name="student">How many layers the student has, at least 1.</param>
    /// <param name="teacher">How many layers the teacher has, at least 1.</param>
    /// <returns>A pair for every layer of the student, in order, both from 0.</returns>
    /// <exception cref="ArgumentException">The teacher has too few layers for the map (CDSL5010).</exception>
    public static IReadOnlyList<(int Student, int Teacher)> Of(LayerMap map, int student, int teacher)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(student, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(teacher, 1);
        var needed = map == LayerMap.EveryOther ? 2 * student : student;
        if (teacher < needed)
        {
            throw new ArgumentException(
                $"CDSL5010: the student has {student} layers and the teacher {teacher}; LayerMap.{map} needs {needed} or more in the teacher.");
        }

        return [.. Enumerable.Range(0, student).Select(i => (i, map switch
        {
            LayerMap.Identity => i,
            LayerMap.EveryOther => (2 * i) + 1,
            LayerMap.Last => teacher - student + i,
            LayerMap.Uniform => (int)((i + 1L) * teacher / student) - 1,
            _ => throw new ArgumentOutOfRangeException(nameof(map), map, "There is no such map."),
        }))];
    }

    /// <summary>Pairs that are written out: student's, teacher's, student's, teacher's …</summary>
    /// <param name="pairs">The layers, from 0, both sides in rising order, none twice.</param>
    /// <param name="student">How many layers the student has.</param>
    /// <param name="teacher">How many layers the teacher has.</param>
    /// <exception cref="ArgumentException">A layer is out of range, repeated or out of order (CDSL5010).</exception>
    public static IReadOnlyList<(int Student, int Teacher)> Of(ReadOnlySpan<int> pairs, int student, int teacher)
    {
        if (pairs.Length == 0 || pairs.Length % 2 != 0)
        {
            throw new ArgumentException($"CDSL5010: the layer pairs are {pairs.Length} numbers; they must be student's, teacher's, student's, teacher's …");
        }

        var found = new (int Student, int Teacher)[pairs.Length / 2];
        for (var i = 0; i < found.Length; i++)
        {
            found[i] = (pairs[2 * i], pairs[(2 * i) + 1]);
            var before = i == 0 ? (Student: -1, Teacher: -1) : found[i - 1];
            Check("student", found[i].Student, before.Student, student);
            Check("teacher", found[i].Teacher, before.Teacher, teacher);
        }

        return found;

        static void Check(string whose, int layer, int before, int count)
        {
            if (layer <= before || layer >= count)
            {
                throw new ArgumentException(
                    $"CDSL5010: layer {layer} of the {whose} stands after layer {before} in the pairs; it must be greater, and less than {count}, " +
                    "the number of layers.");
            }
        }
    }
}
