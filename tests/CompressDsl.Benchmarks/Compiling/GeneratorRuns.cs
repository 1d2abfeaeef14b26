using System.Diagnostics;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Text;

namespace CompressDsl.Benchmarks.Compiling;

/// <summary>A generator over a project in which somebody types: how long it runs after each edit, and what it allocates.</summary>
internal sealed class GeneratorRuns
{
    private readonly AnnotatedProject _project;
    private readonly List<double> _milliseconds = [];
    private readonly List<double> _bytes = [];
    private GeneratorDriver _driver;

    public GeneratorRuns(AnnotatedProject project, params ISourceGenerator[] generators)
    {
        _project = project;
        _driver = project.CreateDriver(generators).RunGenerators(project.Compilation);
        var result = _driver.GetRunResult();
        if (!result.Diagnostics.IsEmpty || result.GeneratedTrees.Length < project.Count)
        {
            throw new InvalidOperationException($"{result.GeneratedTrees.Length} files for {project.Count} classes: {string.Join("; ", result.Diagnostics)}.");
        }
    }

    public double Milliseconds => Medians.Of(_milliseconds);

    public double BytesPerClass => Medians.Of(_bytes) / _project.Count;

    /// <summary>One edit and the run after it.</summary>
    public void Run(Func<AnnotatedProject, Compilation> edit, bool counted)
    {
        var compilation = edit(_project);
        var allocated = GC.GetTotalAllocatedBytes(precise: true);
        var start = Stopwatch.GetTimestamp();
        _driver = _driver.RunGenerators(compilation);
        var time = Stopwatch.GetElapsedTime(start);
        allocated = GC.GetTotalAllocatedBytes(precise: true) - allocated;
        if (counted)
        {
            _milliseconds.Add(time.TotalMilliseconds);
            _bytes.Add(allocated);
        }
    }

    /// <summary>How many generated files an edit changes.</summary>
    public int CountChanged(Func<AnnotatedProject, Compilation> edit)
    {
        var before = Texts();
        _driver = _driver.RunGenerators(edit(_project));
        var after = Texts();
        return after.Count(file => before.GetValueOrDefault(file.Key) != file.Value) + before.Keys.Count(name => !after.ContainsKey(name));
    }

    private Dictionary<string, SourceText> Texts()
        => _driver.GetRunResult().Results.SelectMany(static result => result.GeneratedSources).ToDictionary(static file => file.HintName, static file => file.SourceText);
}
