namespace CompressDsl.Generators.Tests;

/// <summary>The comparer itself: it must not be possible to pass by not looking.</summary>
public sealed class SnapshotComparerTests : IDisposable
{
    private const string Source = Consumer.Usings + """
        public sealed partial class Net() : Module<Tensor, Tensor>("Net")
        {
            [KeepDense] private readonly Linear fc = Linear(4, 4);
            public override Tensor forward(Tensor x) => fc.call(x);
        }
        """;

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("snapshots");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public void MissingSnapshot_Fails_AndLeavesWhatWasReceived()
    {
        Assert.ThrowsAny<Exception>(() => Verify());

        Assert.Single(_folder.GetFiles("*.received.cs"));
        Assert.Empty(_folder.GetFiles("*.verified.cs"));
    }

    [Fact]
    public void AcceptInCI_IsRefused()
    {
        Assert.ThrowsAny<Exception>(() => Verify(("COMPRESSDSL_ACCEPT", "1"), ("CI", "true")));

        Assert.Empty(_folder.GetFiles("*.verified.cs"));
    }

    [Fact]
    public void AcceptedSnapshot_PassesAfterwards_UntilItIsTouched()
    {
        Verify(("COMPRESSDSL_ACCEPT", "1"));
        Verify(("CI", "true"));

        var file = _folder.GetFiles("*.verified.cs").Single().FullName;
        File.AppendAllText(file, "// touched\n");

        Assert.ThrowsAny<Exception>(() => Verify(("CI", "true")));
    }

    [Fact]
    public void SnapshotOfAFileThatIsNoLongerGenerated_Fails()
    {
        Verify(("COMPRESSDSL_ACCEPT", "1"));
        File.WriteAllText(Path.Combine(_folder.FullName, "Test#Gone.verified.cs"), "");

        Assert.ThrowsAny<Exception>(() => Verify());
    }

    private void Verify(params (string Name, string Value)[] environment)
        => Snapshot.Verify(Source, _folder.FullName, "Test", name => environment.FirstOrDefault(pair => pair.Name == name).Value);
}
