using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace CompressDsl.Remembering;

/// <summary>The files of a compilation and what it refers to, without the compilation, which would keep everything alive that was ever bound in it.</summary>
internal sealed class ProjectState
{
    private static readonly ConditionalWeakTable<Compilation, ProjectState> States = new();

    private readonly ImmutableArray<SyntaxTree> files;
    private readonly HashSet<SyntaxTree> contained;
    private readonly ImmutableArray<MetadataReference> references;
    private readonly CompilationOptions options;
    private readonly string? name;
    private readonly Lazy<Dictionary<string, List<SyntaxTree>>> declaring;
    private readonly ConcurrentDictionary<SyntaxTree, HashSet<SyntaxTree>> behind = new();
    private readonly ConditionalWeakTable<ProjectState, ProjectChange> changes = new();

    private ProjectState(CSharpCompilation compilation)
    {
        (files, references, options, name) = (compilation.SyntaxTrees, compilation.ExternalReferences, compilation.Options, compilation.AssemblyName);
        contained = [.. files];
        declaring = new(FindDeclaring);
    }

    public static ProjectState Of(Compilation compilation) => States.GetValue(compilation, static compilation => new ProjectState((CSharpCompilation)compilation));

    /// <summary>What has changed since another state.</summary>
    public ProjectChange Since(ProjectState earlier) => changes.GetValue(earlier, Compare);

    /// <summary>The files on which the meaning of one depends: those that declare a name that it mentions, and so on, and those that everybody sees.</summary>
    public HashSet<SyntaxTree> FilesBehind(SyntaxTree file) => behind.GetOrAdd(file, FindBehind);

    private ProjectChange Compare(ProjectState earlier)
    {
        var gone = earlier.files.Where(file => !contained.Contains(file)).ToImmutableArray();
        var come = files.Where(file => !earlier.contained.Contains(file)).ToImmutableArray();

        return new ProjectChange(
            gone,
            Surplus(gone, come).Concat(Surplus(come, gone)).ToImmutableArray(),
            name != earlier.name
                || !options.Equals(earlier.options)
                || (references != earlier.references && !references.SequenceEqual(earlier.references))
                || gone.Concat(come).Any(static file => FileNames.Of(file).IsSeenByAll));
    }

    /// <summary>The names that some files declare more often than others.</summary>
    private static IEnumerable<string> Surplus(ImmutableArray<SyntaxTree> files, ImmutableArray<SyntaxTree> others)
    {
        var names = others.SelectMany(Declared).ToList();

        return files.SelectMany(Declared).Where(name => !names.Remove(name));

        static IEnumerable<string> Declared(SyntaxTree file) => FileNames.Of(file).Types.Concat(FileNames.Of(file).Namespaces);
    }

    private Dictionary<string, List<SyntaxTree>> FindDeclaring()
    {
        var found = new Dictionary<string, List<SyntaxTree>>();

        foreach (var file in files)
        {
            // That two files are in one namespace does not tie them together.
            foreach (var name in FileNames.Of(file).Types)
            {
                if (!found.TryGetValue(name, out var declarations))
                {
                    found.Add(name, declarations = []);
                }

                declarations.Add(file);
            }
        }

        return found;
    }

    private HashSet<SyntaxTree> FindBehind(SyntaxTree file)
    {
        HashSet<SyntaxTree> found = [file, .. files.Where(static file => FileNames.Of(file).IsSeenByAll)];
        var open = new Stack<SyntaxTree>(found);

        while (open.Count > 0)
        {
            foreach (var name in FileNames.Of(open.Pop()).Mentioned)
            {
                if (declaring.Value.TryGetValue(name, out var declarations))
                {
                    declarations.FindAll(found.Add).ForEach(open.Push);
                }
            }
        }

        return found;
    }
}
