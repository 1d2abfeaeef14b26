using System.Collections.Immutable;
using Microsoft.CodeAnalysis;

namespace CompressDsl.Remembering;

/// <summary>What lies between two states of a project.</summary>
/// <param name="Gone">The files that are no longer there, or no longer as they were.</param>
/// <param name="Names">The types and namespaces that have come or gone.</param>
/// <param name="IsTotal">Whether nothing can be taken to mean what it meant: references, options, or files that everybody sees.</param>
internal sealed record ProjectChange(ImmutableArray<SyntaxTree> Gone, ImmutableArray<string> Names, bool IsTotal)
{
    /// <summary>Whether everything in some files, which are all that they depend on, means what it meant.</summary>
    public bool LeavesAlone(HashSet<SyntaxTree> files)
        => !IsTotal
            && !Gone.Any(files.Contains)
            && (Names.IsEmpty || !files.Any(file => Names.Any(FileNames.Of(file).Mentioned.Contains)));
}
