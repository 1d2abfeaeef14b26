using System.Diagnostics;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;

namespace CompressDsl.Benchmarks.Compiling;

/// <summary>Full builds of a project, with everything generated and with some analyzers: how long they take.</summary>
internal sealed class BuildRuns(AnnotatedProject project, params DiagnosticAnalyzer[] analyzers)
{
    private readonly Compilation _generated = project.Generate();
    private readonly List<double> _milliseconds = [];

    public double MillisecondsPerClass => Medians.Of(_milliseconds) / project.Count;

    public void Run(bool counted)
    {
        var options = new CompilationWithAnalyzersOptions(new AnalyzerOptions([]), onAnalyzerException: null, concurrentAnalysis: true, logAnalyzerExecutionTime: false);
        var fresh = _generated.Clone().WithAnalyzers([.. analyzers], options); // nothing in it is bound
        GC.Collect();
        var start = Stopwatch.GetTimestamp();
        var diagnostics = fresh.GetAllDiagnosticsAsync().GetAwaiter().GetResult();
        var time = Stopwatch.GetElapsedTime(start);
        if (diagnostics.FirstOrDefault(static diagnostic => diagnostic.Severity == DiagnosticSeverity.Error || diagnostic.Id == "AD0001") is { } broken)
        {
            throw new InvalidOperationException($"The project does not build: {broken}.");
        }

        if (counted)
        {
            _milliseconds.Add(time.TotalMilliseconds);
        }
    }
}
