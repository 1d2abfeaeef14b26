using CompressDsl.Tests.Checkpoints;

namespace CompressDsl.Tests;

public sealed class TokenizerIdentityTests
{
    [Fact]
    public void Vocabularies_of_one_size_in_another_order_are_different()
    {
        var (one, two) = (TokenizerIdentity.OfVocabulary(["a", "bc"], "one"), TokenizerIdentity.OfVocabulary(["bc", "a"], "two"));
        Assert.Equal(one.Size, two.Size);
        var error = Assert.Throws<ArgumentException>(() => TokenizerIdentity.RequireSame(one, two));
        Assert.Contains("'one'", error.Message);
        Assert.Contains("'two'", error.Message);
        Assert.Contains(one.Sha256, error.Message);
        Assert.Contains(two.Sha256, error.Message);
        Assert.NotEqual(TokenizerIdentity.OfVocabulary(["ab", "c"]), TokenizerIdentity.OfVocabulary(["a", "bc"]));
        TokenizerIdentity.RequireSame(one, TokenizerIdentity.OfVocabulary(["a", "bc"], "another name"));
    }

    [Fact]
    public void Files_are_told_apart_by_their_bytes()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder["a.json"], "{}");
        File.WriteAllText(folder["b.json"], "{}");
        File.WriteAllText(folder["c.json"], "[]");
        var identity = TokenizerIdentity.OfFile(folder["a.json"]);
        Assert.Equal(("a.json", 2L, "44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a"), (identity.Name, identity.Size, identity.Sha256));
        Assert.Equal(identity, TokenizerIdentity.OfFile(folder["b.json"]));
        Assert.NotEqual(identity, TokenizerIdentity.OfFile(folder["c.json"]));
        Assert.Equal(identity, new TokenizerIdentity("x", 2, identity.Sha256.ToUpperInvariant()));
        Assert.Contains("'12'", Assert.Throws<ArgumentException>(() => new TokenizerIdentity("x", 2, "12")).Message);
    }
}
