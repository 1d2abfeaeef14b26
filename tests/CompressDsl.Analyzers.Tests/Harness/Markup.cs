using Microsoft.CodeAnalysis.Text;

namespace CompressDsl.Analyzers.Tests;

/// <summary>A source text in which <c>[|…|]</c> marks where squiggles are expected.</summary>
internal sealed record Markup(string Text, IReadOnlyList<TextSpan> Spans)
{
    public static Markup Parse(string marked)
    {
        var text = new System.Text.StringBuilder();
        var spans = new List<TextSpan>();
        var starts = new Stack<int>();

        for (var i = 0; i < marked.Length; i++)
        {
            switch (marked.AsSpan(i))
            {
                case ['[', '|', ..]:
                    starts.Push(text.Length);
                    i++;
                    break;
                case ['|', ']', ..]:
                    spans.Add(TextSpan.FromBounds(starts.Pop(), text.Length));
                    i++;
                    break;
                default:
                    text.Append(marked[i]);
                    break;
            }
        }

        return new Markup(text.ToString(), spans);
    }
}
