namespace CompressDsl.Integration.Tests.Editor;

/// <summary>The tests that share what was opened.</summary>
[CollectionDefinition(Name)]
public sealed class EditorCollection : ICollectionFixture<OpenedExamples>
{
    public const string Name = "Editor";
}
