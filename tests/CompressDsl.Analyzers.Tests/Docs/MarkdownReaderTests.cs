namespace CompressDsl.Analyzers.Tests;

/// <summary>The tests of the documentation can fail, and say where.</summary>
public sealed class MarkdownReaderTests
{
    private const string Net = """
        public sealed partial class Net : Module<Tensor, Tensor>
        {
            [KeepDense] private readonly Linear up = Linear(8, 8);

            public Net() : base(nameof(Net)) => RegisterComponents();

            public override Tensor forward(Tensor x) => up.call(x);
        }
        """;

    [Theory]
    [InlineData("Console.WriteLine(missing);", "page.md(5,19): error CS0103: ")]
    [InlineData("var x = …;", "page.md(5,9): error CS1525: ")]
    [InlineData("Console.WriteLine(\n    missing);", "page.md(6,5): error CS0103: ")]
    [InlineData("{ Tensor? none = null; Console.WriteLine(none.shape); }", "page.md(5,42): warning CS8602: ")]
    [InlineData("public override Tensor forward(Tensor x) => x;", "page.md(5,24): error CS0116: ")]
    [InlineData("class A;\nConsole.WriteLine();", "page.md(6,1): error CS8803: ")]
    [InlineData("using System.Text;\nvar x = torch.ones(1);", "page.md(6,9): error CS0103: ")]
    [InlineData("using TorchSharp;\nConsole.WriteLine(torch.ones(1)); }", "page.md(6,35): error CS1022: ")]
    public async Task Broken_block_is_told_with_its_line(string code, string expected)
        => Assert.StartsWith(expected, (await DiagnoseLastAsync($"# Title\n\nSome words:\n```csharp\n{code}\n```\n"))[0]);

    [Fact]
    public async Task Rule_that_a_block_breaks_is_told_with_its_line()
        => Assert.StartsWith(
            "page.md(4,6): warning CDSL2001: ",
            Assert.Single(await DiagnoseLastAsync($"```csharp\n{Net.Replace("KeepDense", "Sparsity(0.5)")}\n```")));

    [Fact]
    public async Task Block_sees_what_is_generated_for_the_block_that_it_continues()
    {
        const string use = "Console.WriteLine(new Net().Compression.up);";

        Assert.Empty(await DiagnoseLastAsync($"```csharp\n{Net}\n```\nwords\n```csharp continues\n{use}\n```"));
        Assert.Contains("CS0246", Assert.Single(await DiagnoseLastAsync($"```csharp\n{Net}\n```\nwords\n```csharp\n{use}\n```")));
    }

    [Fact]
    public async Task What_is_left_out_is_nothing_or_stands_in_the_context()
    {
        Assert.Empty(await DiagnoseLastAsync("```csharp\nclass A\n{\n    …\n}\n\nclass B { … }\n// … and so on …\n```"));
        Assert.Empty(await DiagnoseLastAsync("```csharp in batches\nConsole.WriteLine(batches.Length);\n```"));
        Assert.Contains("CS0103", Assert.Single(await DiagnoseLastAsync("```csharp\nConsole.WriteLine(batches.Length);\n```")));
    }

    [Fact]
    public void Blocks_know_their_page_section_line_and_language()
    {
        const string markdown = """
            # One
            ```sh
            # no heading
            ```
            - list

              ~~~~csharp in place
              a
                b
              ~~~
              ~~~~

            ## Two
            ```csharp continues
            ```
            ```
            ```
            """;
        var blocks = MarkdownReader.Read("page.md", markdown.ReplaceLineEndings("\r\n"));

        Assert.Equal(
            [
                new CodeBlock("page.md", 1, 3, "One", "sh", "# no heading"),
                new CodeBlock("page.md", 1, 8, "One", "csharp", "a\n  b\n~~~") { Context = "place" },
                new CodeBlock("page.md", 2, 15, "Two", "csharp", "") { Continued = blocks[1] },
                new CodeBlock("page.md", 1, 17, "Two", "", ""),
            ],
            blocks);
        Assert.Equal([blocks[1], blocks[2]], blocks[2].Chain);
    }

    [Theory]
    [InlineData("```csharp\nvar x = 1;", "page.md(1): the fence has no end.")]
    [InlineData("\n```csharp continues\n```", "page.md(2): 'csharp continues' is not ")]
    [InlineData("```csharp of\n```", "page.md(1): 'csharp of' is not ")]
    public void Fence_that_cannot_be_understood_throws(string markdown, string expected)
        => Assert.StartsWith(expected, Assert.Throws<FormatException>(() => MarkdownReader.Read("page.md", markdown)).Message);

    private static async Task<string[]> DiagnoseLastAsync(string markdown)
        => [.. (await DocumentedProgram.DiagnoseAsync(MarkdownReader.Read("page.md", markdown)[^1])).Select(static diagnostic => diagnostic.ToString())];
}
