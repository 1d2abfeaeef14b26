using System.Text.RegularExpressions;
using Documentation;

namespace DistilBert;

/// <summary>The task: which assembly does a sentence document? Sentences of the SDK's reference pack, as tokens, with the number of their assembly.</summary>
/// <param name="Train">What is learned from.</param>
/// <param name="Test">What every accuracy is measured on; no sentence of it is learned from.</param>
/// <param name="Assemblies">The names of the classes.</param>
/// <param name="Vocabulary">How many different tokens there are.</param>
public sealed partial record Sentences(IReadOnlyList<Sentence> Train, IReadOnlyList<Sentence> Test, IReadOnlyList<string> Assemblies, int Vocabulary)
{
    /// <summary>Padding, the place that says the class, and the word that nobody knows.</summary>
    private const int Special = 3;

    private const int FewestWords = 5;

    /// <summary>Every sixth sentence is for the test.</summary>
    private const int TestShare = 6;

    /// <summary>The size of the task, in words.</summary>
    public string Description => $"{Assemblies.Count} assemblies, {Train.Count} sentences to learn from, {Test.Count} to judge by, {Vocabulary} words.";

    /// <summary>Reads the task.</summary>
    /// <exception cref="DirectoryNotFoundException">The reference pack is not on this machine.</exception>
    public static Sentences Read()
    {
        var files = ReferencePack.DocumentationFiles()
            .Select(static file => (Name: Path.GetFileNameWithoutExtension(file), Lines: XmlDocumentation.ReadLines(file).Where(static line => line.EndsWith('.')).Distinct().ToArray()))
            .ToArray();

        // What two assemblies say tells nothing about either.
        var common = files.SelectMany(static file => file.Lines).CountBy(static line => line).Where(static line => line.Value > 1).Select(static line => line.Key).ToHashSet();
        var classes = files
            .Select(file => (file.Name, Texts: file.Lines.Where(line => !common.Contains(line)).Select(Words).Where(static words => words.Length >= FewestWords).ToArray()))
            .OrderByDescending(static file => file.Texts.Length).ThenBy(static file => file.Name, StringComparer.Ordinal)
            .Take(Settings.Classes)
            .ToArray();

        var all = classes
            .SelectMany(static (file, label) => Spread(file.Texts).Select((words, index) => (words, label, isTest: index % TestShare == 0)))
            .ToArray();
        var known = all.Where(static text => !text.isTest).SelectMany(static text => text.words).CountBy(static word => word)
            .OrderByDescending(static word => word.Value).ThenBy(static word => word.Key, StringComparer.Ordinal)
            .Take(Settings.Vocabulary - Special)
            .Select(static (word, index) => (word.Key, Token: index + Special))
            .ToDictionary(static word => word.Key, static word => word.Token);

        return new(
            [.. all.Where(static text => !text.isTest).Select(Tokenize)],
            [.. all.Where(static text => text.isTest).Select(Tokenize)],
            [.. classes.Select(static file => file.Name)],
            known.Count + Special);

        Sentence Tokenize((string[] Words, int Label, bool IsTest) text) =>
            new([1, .. text.Words.Take(Settings.Length - 1).Select(word => known.GetValueOrDefault(word, 2))], text.Label);
    }

    /// <summary>Sentences at equal distances: neighbours in a file are about the same type.</summary>
    private static IEnumerable<string[]> Spread(string[][] texts)
    {
        var count = Math.Min(texts.Length, Settings.SentencesPerClass);
        return Enumerable.Range(0, count).Select(index => texts[(long)index * texts.Length / count]);
    }

    private static string[] Words(string line) => [.. Word().Matches(line).Select(static match => match.Value.ToLowerInvariant())];

    // A name in camel case is the words that it is made of.
    [GeneratedRegex("[A-Z]+(?![a-z])|[A-Z]?[a-z]+")]
    private static partial Regex Word();
}

/// <summary>One sentence.</summary>
/// <param name="Tokens">Its tokens, the first says the class; at most <see cref="Settings.Length"/>.</param>
/// <param name="Label">The number of its assembly.</param>
public sealed record Sentence(IReadOnlyList<int> Tokens, int Label);
