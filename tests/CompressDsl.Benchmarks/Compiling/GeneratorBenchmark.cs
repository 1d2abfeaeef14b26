namespace CompressDsl.Benchmarks.Compiling;

/// <summary>What the compiler parts cost while somebody types and in a full build, beside the least a generator can do and beside CommunityToolkit.Mvvm's.</summary>
public static class GeneratorBenchmark
{
    private const int WarmUp = 10;
    private const int Runs = 40;

    public static IEnumerable<Row> Run()
    {
        // The larger first: by the smaller everything is compiled, as it is in a compiler that goes on running.
        foreach (var count in new[] { 500, 50 })
        {
            foreach (var row in Typing(count).Concat(InsideOneClass(count)).Concat(FullBuild(count)))
            {
                yield return row;
            }
        }
    }

    private static IEnumerable<Row> Typing(int count)
    {
        var ours = new GeneratorRuns(AnnotatedProject.OfModels(count), CompilerParts.Ours);
        var copying = new GeneratorRuns(AnnotatedProject.OfModels(count), Microsoft.CodeAnalysis.GeneratorExtensions.AsSourceGenerator(new CopyingGenerator()));
        var mvvm = new GeneratorRuns(AnnotatedProject.OfViewModels(count), CompilerParts.Mvvm);
        GeneratorRuns[] all = [copying, ours, mvvm];
        for (var run = -WarmUp; run < Runs; run++)
        {
            foreach (var runs in run % 2 == 0 ? all : all.Reverse())
            {
                runs.Run(static project => project.EditElsewhere(), counted: run >= 0);
            }
        }

        yield return Compare($"{count} classes, edit elsewhere: copied string", copying.Milliseconds, ours.Milliseconds, "ms");
        yield return Compare($"{count} classes, edit elsewhere: Mvvm", mvvm.Milliseconds, ours.Milliseconds, "ms");
        yield return Compare($"{count} classes, bytes a class: copied string", copying.BytesPerClass / 1024, ours.BytesPerClass / 1024, "KB");
        yield return Compare($"{count} classes, bytes a class: Mvvm", mvvm.BytesPerClass / 1024, ours.BytesPerClass / 1024, "KB");
    }

    private static IEnumerable<Row> InsideOneClass(int count)
    {
        var ours = new GeneratorRuns(AnnotatedProject.OfModels(count), CompilerParts.Ours);
        yield return Compare($"{count} classes, edit in one: files", count, ours.CountChanged(static project => project.EditFirstClass()), "files");
    }

    private static IEnumerable<Row> FullBuild(int count)
    {
        var project = AnnotatedProject.OfModels(count);
        var silent = new BuildRuns(project, new SilentAnalyzer());
        var ours = new BuildRuns(project, CompilerParts.Analyzers);
        BuildRuns[] both = [silent, ours];
        for (var run = -8; run < 16; run++)
        {
            foreach (var runs in run % 2 == 0 ? both : both.Reverse())
            {
                runs.Run(counted: run >= 0);
            }
        }

        yield return Compare($"{count} classes, full build: a class", silent.MillisecondsPerClass, ours.MillisecondsPerClass, "ms");
    }

    private static Row Compare(string name, double baseline, double ours, string unit) => new(name, baseline, ours, baseline / ours, unit);
}
