using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace CompressDsl.Analyzers.Tests;

/// <summary>Programs as they are while somebody writes them: words are missing, or wrong, or there twice.</summary>
internal static class HalfWritten
{
    /// <summary>A program with some words wrong.</summary>
    /// <param name="program">The program.</param>
    /// <param name="seed">Says which.</param>
    public static string Of(string program, ulong seed)
    {
        var choices = new Choices(seed);
        var tokens = CSharpSyntaxTree.ParseText(program, Consumer.ParseOptions).GetRoot().DescendantTokens().Select(static token => token.ToFullString()).ToList();

        for (var i = 0; i < 1 + choices.Below(4); i++)
        {
            var place = choices.Below(tokens.Count - 1);

            switch (choices.Below(6))
            {
                case 0:
                    tokens.RemoveAt(place);
                    break;
                case 1:
                    tokens.Insert(place, tokens[place]);
                    break;
                case 2:
                    tokens[place] = tokens[choices.Below(tokens.Count)];
                    break;
                case 3:
                    tokens[place] = choices.One(" Missing ", " (", " )", " { ", " } ", " [", " ]", ", ", "; ", " . ", " => ", " null ", " typeof(", " nameof(", " new ", " partial ", " static ", " 5 ", " \"", " < ", " ?");
                    break;
                case 4:
                    tokens.RemoveRange(place, Math.Min(1 + choices.Below(12), tokens.Count - place - 1));
                    break;
                default:
                    (tokens[place], tokens[place + 1]) = (tokens[place + 1], tokens[place]);
                    break;
            }
        }

        return string.Concat(tokens.Take(choices.Happens(10) ? choices.Below(tokens.Count) : tokens.Count));
    }
}
