namespace CompressDsl.Analyzers.Tests;

/// <summary>A fenced block of a markdown page.</summary>
/// <remarks>
/// What a reader of the page does not see stands behind the language on the fence: <c>```csharp continues in NAME</c>. <c>continues</c> puts the block behind the
/// C# block before it, as a reader does who types off one after the other; <c>in</c> puts it into <c>Contexts/NAME.cs</c>, which has what the page takes for granted.
/// </remarks>
/// <param name="Page">The page, relative to the repository.</param>
/// <param name="Number">Its place among the blocks of its language on the page, from 1.</param>
/// <param name="Line">The line of the page on which its text begins, from 1.</param>
/// <param name="Section">The heading above it.</param>
/// <param name="Language">The first word on the fence; empty where there is none.</param>
/// <param name="Text">What stands between the fences.</param>
internal sealed record CodeBlock(string Page, int Number, int Line, string Section, string Language, string Text)
{
    public const string CSharp = "csharp";

    /// <summary>The block that it is the continuation of.</summary>
    public CodeBlock? Continued { get; init; }

    /// <summary>The name of its context.</summary>
    public string? Context { get; init; }

    /// <summary>How test cases call it.</summary>
    public string Name => $"{Page}#{Number}";

    /// <summary>It, after everything that it continues.</summary>
    public IEnumerable<CodeBlock> Chain => Continued is null ? [this] : Continued.Chain.Append(this);
}
