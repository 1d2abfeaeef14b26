using System.Runtime.CompilerServices;
using Microsoft.CodeAnalysis;

namespace CompressDsl.Remembering;

/// <summary>
/// What was read where an attribute stands, for as long as no file has changed that it can depend on. The compiler asks for every attribute again after every keystroke anywhere, because
/// it cannot know what a generator looked at.
/// </summary>
/// <param name="read">Reads what stands at an attribute, from the files of the project and its references alone.</param>
internal sealed class Remembered<T>(Func<GeneratorAttributeSyntaxContext, CancellationToken, T> read)
{
    private readonly ConditionalWeakTable<SyntaxTree, Dictionary<int, Entry>> files = new();

    public T Read(GeneratorAttributeSyntaxContext found, CancellationToken token)
    {
        var file = found.TargetNode.SyntaxTree;
        var state = ProjectState.Of(found.SemanticModel.Compilation);
        var entries = files.GetOrCreateValue(file);

        lock (entries)
        {
            if (entries.TryGetValue(found.TargetNode.SpanStart, out var entry) && entry.IsValid(file, state))
            {
                return entry.Value;
            }

            var value = read(found, token);
            entries[found.TargetNode.SpanStart] = new Entry(state, value);

            return value;
        }
    }

    private sealed class Entry(ProjectState state, T value)
    {
        // A state of the project in which this was read, or would have been read the same.
        private ProjectState state = state;

        // Not looked for by a compiler that runs once.
        private HashSet<SyntaxTree>? behind;

        public T Value => value;

        public bool IsValid(SyntaxTree file, ProjectState now)
        {
            if (now != state)
            {
                behind ??= state.FilesBehind(file);

                if (!now.Since(state).LeavesAlone(behind))
                {
                    return false;
                }

                state = now;
            }

            return true;
        }
    }
}
