using Microsoft.CodeAnalysis;

namespace CompressDsl.Integration.Tests.Editor;

[Collection(EditorCollection.Name)]
public sealed class RuleTests(OpenedExamples examples)
{
    [Fact]
    public async Task Each_mistake_is_told_with_a_link_to_the_page_of_its_rule()
    {
        var project = Mistakes.Ids.Aggregate(examples.Empty, static (project, id) => project.With(id, Mistakes.File(id)).Project);
        var said = (await project.DiagnoseAsync()).Where(static said => said.Id.StartsWith("CDSL", StringComparison.Ordinal)).ToArray();

        Assert.Equal(
            Mistakes.Ids.Select(static id => (id, id + ".cs")),
            said.Select(static said => (said.Id, Path.GetFileName(said.Location.SourceTree!.FilePath))).Distinct().Order());
        Assert.All(said, static said => Assert.EndsWith($"/docs/rules/{said.Id}.md", said.Descriptor.HelpLinkUri, StringComparison.Ordinal));
        Assert.All(said, static said => Assert.True(File.Exists(Mistakes.PathOfPage(said.Id))));
    }
}
